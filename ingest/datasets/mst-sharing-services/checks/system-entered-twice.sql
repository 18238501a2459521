-- vi: Một mã hệ thống có hai mục.
-- en: One code of a system has two entries.
-- severity: warning
SELECT max(row) AS row, code AS value, string_agg(name_vi, ' | ') AS note
FROM systems
GROUP BY code
HAVING count(*) > 1
ORDER BY row
