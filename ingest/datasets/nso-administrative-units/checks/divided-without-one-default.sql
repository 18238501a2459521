-- vi: Xã bị chia không có đúng một xã kế thừa mặc định.
-- en: A divided commune has not exactly one default successor.
-- severity: violation
SELECT row, count(*) FILTER (is_default = 'true') AS value, old_code || ': ' || string_agg(new_code, ' ') AS note
FROM succession
WHERE is_whole = 'false'
GROUP BY row, old_code
HAVING count(*) FILTER (is_default = 'true') <> 1
ORDER BY row
