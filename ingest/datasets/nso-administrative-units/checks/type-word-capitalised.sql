-- vi: Từ chỉ loại viết hoa khác thường («Thị Trấn»); tên công bố viết theo chính tả chung («Thị trấn»).
-- en: The word for the type has an unusual capital (“Thị Trấn”); the published name has the usual spelling (“Thị trấn”).
-- severity: info
WITH named AS (
    SELECT row, wardCode AS code, ward AS name FROM legacy
    UNION ALL
    SELECT min(row), districtCode, district FROM legacy GROUP BY ALL
    UNION ALL
    SELECT min(row), provinceCode, province FROM legacy GROUP BY ALL
    UNION ALL
    SELECT row, wardCode, ward FROM "current"
    UNION ALL
    SELECT min(row), provinceCode, province FROM "current" GROUP BY ALL
)
SELECT row, name AS value, code AS note
FROM named
WHERE regexp_matches(name, '^(Thị T|Thị X|Thành P|Đặc K)')
ORDER BY code
