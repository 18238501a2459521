-- One row for each system. An operator is written "date of its structure/short name".
SELECT row,
       it->>'$.ma' AS code,
       it->>'$.ten' AS name_vi,
       it->>'$.tenTiengAnh' AS name_en,
       CASE it->>'$.loai' WHEN 'CSDL quốc gia' THEN 'national-database' WHEN 'CSDL chuyên ngành' THEN 'specialised-database'
                          WHEN 'Hệ thống thông tin' THEN 'information-system' WHEN 'LGSP' THEN 'integration-platform' ELSE it->>'$.loai' END AS type,
       split_part(it->>'$.chuQuan', '/', 1) AS operator_date,
       split_part(it->>'$.chuQuan', '/', 2) AS operator
FROM he_thong
