-- Enterprises: the rows whose code is not that of a dependent unit. The first industry is the main one; capital comes as 1.500.000.000.
SELECT records.*, ten_tieng_anh AS name_en,
       CASE kind WHEN 'Công ty TNHH một thành viên' THEN 'limited-one-member'
            WHEN 'Công ty TNHH hai thành viên trở lên' THEN 'limited-multi-member' WHEN 'Công ty cổ phần' THEN 'joint-stock'
            WHEN 'Công ty hợp danh' THEN 'partnership' WHEN 'Doanh nghiệp tư nhân' THEN 'private' WHEN 'Hợp tác xã' THEN 'cooperative'
            ELSE kind END AS type,
       he_thong_nganh AS vsic, trim(split_part(nganh_nghe, ';', 1)) AS main_industry, replace(von_dieu_le, '.', '') AS capital,
       chu_so_huu AS owner_name, person_key(so_dinh_danh_chu_so_huu) AS owner,
       person_key(so_dinh_danh_dai_dien) AS representative, chuc_danh AS position
FROM records
JOIN registrations USING (row)
WHERE NOT is_dependent
