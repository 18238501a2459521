-- vi: Loại đơn vị hoặc nội dung ghi bằng từ không có trong danh mục.
-- en: The kind of unit or the topic is written in a word that the lists do not have.
-- severity: warning
SELECT row, topic AS value, code AS note
FROM trainings
WHERE topic NOT IN ('awareness', 'digital-skills', 'leadership', 'data', 'security')
UNION ALL
SELECT row, "Loại đơn vị", "Mã"
FROM boi_duong
WHERE "Loại đơn vị" NOT IN ('Địa phương', 'Bộ, ngành')
