-- vi: Giá trị thuộc một chỉ số không có trong indices.csv, nên bị bỏ.
-- en: A value is of an index that is not in indices.csv, so that it is left out.
-- severity: violation
SELECT row, "index" AS value, survey AS note
FROM vietnam
WHERE "index" NOT IN (SELECT "index" FROM indices)
ORDER BY row
