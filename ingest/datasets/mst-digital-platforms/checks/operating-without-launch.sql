-- vi: Nền tảng đang vận hành nhưng không có ngày đưa vào sử dụng.
-- en: A platform is in operation but has no first day of use.
-- severity: info
SELECT row, code AS value, name_vi AS note
FROM platforms
WHERE status = 'operating' AND launched_on IS NULL
ORDER BY row
