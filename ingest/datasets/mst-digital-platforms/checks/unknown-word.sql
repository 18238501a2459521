-- vi: Nhóm hoặc tình trạng ghi bằng từ không có trong danh mục.
-- en: A category or status is written in a word that the lists do not have.
-- severity: warning
SELECT row, status AS value, code AS note
FROM platforms
WHERE status NOT IN ('operating', 'piloting', 'planned')
UNION ALL
SELECT row, category, code
FROM categories
WHERE category NOT IN ('digital-government', 'digital-economy', 'digital-society')
