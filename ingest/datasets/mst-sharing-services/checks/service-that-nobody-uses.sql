-- vi: Dịch vụ chưa có hệ thống nào sử dụng.
-- en: A service that no system uses.
-- severity: info
SELECT row, code AS value, name_vi AS note
FROM services
WHERE code NOT IN (SELECT service FROM connections WHERE service IS NOT NULL)
ORDER BY row
