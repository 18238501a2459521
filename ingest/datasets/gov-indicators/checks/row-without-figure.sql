-- vi: Dòng không có số liệu nào.
-- en: A row without any figure.
-- severity: info
SELECT row, ky AS value, ten_don_vi AS note
FROM thang
WHERE row NOT IN (SELECT row FROM figures)
ORDER BY row
