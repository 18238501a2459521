-- vi: Người có trong cơ sở dữ liệu nhưng không có lần đăng ký cư trú nào.
-- en: A person is in the database but has no residence.
-- severity: info
SELECT row, ma_ho AS value, 'no residence' AS note
FROM persons
WHERE NOT EXISTS (FROM residences WHERE residences.so_dinh_danh = persons.so_dinh_danh)
ORDER BY row
