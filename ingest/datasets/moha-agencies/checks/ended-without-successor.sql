-- vi: Cơ quan đã kết thúc nhưng không có đúng một cơ quan kế thừa mặc định.
-- en: An agency has ended but has not exactly one default successor.
-- severity: violation
SELECT agencies.row, agencies.date || '/' || slug AS value, name_vi AS note
FROM agencies
LEFT JOIN reorganisations ON predecessor_date = agencies.date AND predecessor = slug AND is_default = 'true'
WHERE valid_until IS NOT NULL
GROUP BY ALL
HAVING count(predecessor) <> 1
ORDER BY agencies.row
