-- Households. The same commune may be in one row by its old code and in another by its new one: danh_muc_xa says which.
SELECT row, ma_ho AS code, ltrim(ma_ho, 'H') AS household, person_key(so_dinh_danh_chu_ho) AS head,
       ma_xa AS commune, danh_muc_xa AS register, ngay_dang_ky AS since
FROM households
