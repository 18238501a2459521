-- vi: Cơ quan được ghi là chuyển toàn bộ cho một cơ quan nhưng còn có cơ quan kế thừa khác.
-- en: An agency is said to have gone as a whole to one agency but has another successor too.
-- severity: violation
SELECT row, predecessor AS value, successor AS note
FROM reorganisations
WINDOW predecessors AS (PARTITION BY predecessor_date, predecessor)
QUALIFY bool_or(is_whole = 'true') OVER predecessors AND count(*) OVER predecessors > 1
ORDER BY row
