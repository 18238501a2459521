-- vi: Khóa khác với tên viết không dấu: gói giữ dấu khi các tên trong cùng một huyện hoặc tỉnh trùng nhau lúc bỏ dấu.
-- en: A key is not the name without diacritics: the package keeps them where names in one district or province would be equal without.
-- severity: info
WITH named AS (
    SELECT row, wardCode, ward, wardKey FROM legacy
    UNION ALL
    SELECT row, wardCode, ward, wardKey FROM "current"
)
SELECT row, wardKey AS value, wardCode || ' ' || ward AS note
FROM named
WHERE wardKey <> regexp_replace(lower(translate(strip_accents(ward), 'Đđ', 'Dd')), '[^a-z0-9]', '', 'g')
ORDER BY wardCode
