-- One row for each entry of the list. An operator is written "date of its structure/short name".
SELECT row,
       it->>'$.ma' AS code,
       it->>'$.ten.vi' AS name_vi,
       it->>'$.ten.en' AS name_en,
       split_part(it->>'$.chuQuan', '/', 1) AS operator_date,
       split_part(it->>'$.chuQuan', '/', 2) AS operator,
       CASE it->>'$.tinhTrang' WHEN 'Đang vận hành' THEN 'operating' WHEN 'Thử nghiệm' THEN 'piloting' WHEN 'Kế hoạch' THEN 'planned'
            ELSE it->>'$.tinhTrang' END AS status,
       it->>'$.ngayCongBo' AS announced_on,
       it->>'$.ngayVanHanh' AS launched_on
FROM nen_tang
