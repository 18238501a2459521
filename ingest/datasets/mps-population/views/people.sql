-- Persons by their key. The province of birth registration is in the number: 0 and the old code of two digits.
-- A word or number that is not known is kept, so that the shapes find it.
SELECT row,
       person_key(so_dinh_danh) AS key,
       so_dinh_danh AS number,
       ho_va_ten AS name,
       CASE gioi_tinh WHEN 'Nam' THEN 'male' WHEN 'Nữ' THEN 'female' ELSE gioi_tinh END AS gender,
       ngay_sinh AS born,
       substr(so_dinh_danh, 2, 2) AS birth_province,
       dan_toc AS ethnicity,
       CASE tinh_trang_hon_nhan WHEN '1' THEN 'single' WHEN '2' THEN 'married' WHEN '3' THEN 'divorced' WHEN '4' THEN 'widowed'
            ELSE tinh_trang_hon_nhan END AS civil_status,
       ltrim(ma_ho, 'H') AS household
FROM persons
