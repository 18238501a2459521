-- vi: Nhiệm vụ chưa hoàn thành và không có hạn hoàn thành.
-- en: A task that is not completed and has no deadline.
-- severity: info
SELECT row, code AS value, name AS note
FROM coded
WHERE due IS NULL AND completed IS NULL
ORDER BY row
