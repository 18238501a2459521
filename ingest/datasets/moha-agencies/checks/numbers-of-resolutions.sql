-- vi: Số cơ quan mỗi loại vào một ngày khác với cơ cấu Chính phủ (18 bộ, 4 cơ quan ngang bộ, rồi 14 và 3) và số tỉnh (63, rồi 34).
-- en: The number of agencies of a type on a day differs from the structure of the Government (18 ministries and 4 agencies of ministerial level, then 14 and 3) and the number of provinces (63, then 34).
-- severity: warning
SELECT NULL AS row, count(slug) AS value, concat_ws(' ', day, expected.type, wanted) AS note
FROM (VALUES ('2025-01-31', 'ministry', 18), ('2025-01-31', 'ministerial-agency', 4), ('2025-01-31', 'government-agency', 8),
             ('2025-01-31', 'provincial-peoples-committee', 63),
             ('2025-07-31', 'ministry', 14), ('2025-07-31', 'ministerial-agency', 3), ('2025-07-31', 'government-agency', 5),
             ('2025-07-31', 'provincial-peoples-committee', 34)) AS expected(day, type, wanted)
LEFT JOIN agencies ON agencies.type = expected.type AND day >= valid_from AND day <= coalesce(valid_until, day)
GROUP BY day, expected.type, wanted
HAVING count(slug) <> wanted
ORDER BY day, expected.type
