-- vi: Một phần xã cũ được ghi là nhập vào xã mới gồm toàn các xã của một tỉnh cũ khác: thường là nhầm với nơi trùng tên.
-- en: A part of an old commune is said to have gone to a new commune otherwise made of another old province's: often a mistaken namesake.
-- severity: warning
WITH origin AS (
    SELECT succession.*, district.parent AS province
    FROM succession
    JOIN legacy_units AS commune ON commune.code = old_code
    JOIN legacy_units AS district ON district.code = commune.parent
    WHERE commune.level = 'commune'
),
home AS (
    SELECT new_code, list(DISTINCT province) AS provinces
    FROM origin
    WHERE is_whole = 'true'
    GROUP BY new_code
)
SELECT origin.row, old_code AS value, origin.name_vi || ' (' || old.name_vi || ')' AS note
FROM origin
JOIN home USING (new_code)
JOIN legacy_units AS old ON old.code = origin.province
WHERE is_whole = 'false' AND NOT list_contains(provinces, origin.province)
ORDER BY origin.row, new_code
