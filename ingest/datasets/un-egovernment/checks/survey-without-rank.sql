-- vi: Năm khảo sát (hai năm một lần, 2010–2024) chưa có thứ hạng vì chưa có nguồn kiểm tra được.
-- en: A survey (every second year, 2010–2024) has no rank yet, for want of a source that could be checked.
-- severity: info
SELECT NULL AS row, year AS value, "index" AS note
FROM range(2010, 2025, 2) AS surveys(year)
CROSS JOIN indices
WHERE (year::VARCHAR, "index") NOT IN (SELECT (survey, "index") FROM vietnam WHERE measure = 'rank')
ORDER BY "index", year
