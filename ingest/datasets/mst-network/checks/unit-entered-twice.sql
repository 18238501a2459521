-- vi: Một đơn vị có hai dòng.
-- en: A unit has two rows.
-- severity: warning
SELECT max(row) AS row, code AS value, count(*) || ' dòng / rows' AS note
FROM points
GROUP BY register, code
HAVING count(*) > 1
ORDER BY row
