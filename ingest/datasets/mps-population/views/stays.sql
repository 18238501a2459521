-- Residences, numbered for each person: the key and that number make the IRI, which so holds no date.
SELECT row, person_key(so_dinh_danh) AS key, lan AS turn,
       CASE hinh_thuc WHEN 'TT' THEN 'permanent' WHEN 'TTr' THEN 'temporary' WHEN 'LT' THEN 'stay' ELSE hinh_thuc END AS type,
       ma_xa AS commune, danh_muc_xa AS register, tu_ngay AS since, den_ngay AS until
FROM residences
