-- vi: Cột loại đơn vị khác với từ chỉ loại trong tên; dùng từ trong tên.
-- en: The type column differs from the word in the name; the word in the name is used.
-- severity: warning
WITH typed AS (
    SELECT row, wardCode AS code, ward AS name, wardType AS type FROM legacy
    UNION ALL
    SELECT min(row), districtCode, district, districtType FROM legacy GROUP BY ALL
    UNION ALL
    SELECT row, wardCode, ward, wardType FROM "current"
)
SELECT row, type AS value, code || ' ' || name AS note
FROM typed
WHERE NOT starts_with(lower(name), lower(type) || ' ')
ORDER BY code
