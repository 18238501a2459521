-- vi: Tên không bắt đầu bằng một từ chỉ loại đã biết, nên không rõ loại và không đặt được tên tiếng Anh.
-- en: A name begins with no known word for a type, so type and English name cannot be told.
-- severity: violation
SELECT row, name_vi AS value, code AS note FROM legacy_units WHERE type IS NULL
UNION ALL
SELECT row, name_vi, code FROM current_units WHERE type IS NULL
