-- vi: Điểm không nằm trong khoảng từ 0 đến 1.
-- en: A score is not between 0 and 1.
-- severity: violation
SELECT row, value, "index" || ' ' || survey AS note
FROM vietnam
WHERE measure = 'score' AND NOT value::DOUBLE BETWEEN 0 AND 1
ORDER BY row
