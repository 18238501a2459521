-- vi: Ủy ban nhân dân của tỉnh không sáp nhập: chỉ chuyển sang danh mục mới, không tổ chức lại, nên không có hình thức tổ chức lại.
-- en: The committee of a province that was not merged: it went over to the new register without being reorganised, so it has no type of reorganisation.
-- severity: info
SELECT row, predecessor AS value, name_vi AS note
FROM succession
WHERE type IS NULL
ORDER BY row
