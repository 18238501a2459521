-- One row for each service of each system.
SELECT row, system,
       service->>'$.ma' AS code,
       service->>'$.ten' AS name_vi,
       service->>'$.tenTiengAnh' AS name_en,
       CASE service->>'$.loaiChiaSe' WHEN 'Mở' THEN 'open' WHEN 'Mặc định' THEN 'shared' WHEN 'Đặc thù' THEN 'restricted'
                                     ELSE service->>'$.loaiChiaSe' END AS access,
       service->>'$.tuNgay' AS launched_on
FROM (SELECT row, it->>'$.ma' AS system, unnest(from_json(it->'$.dichVu', '["JSON"]')) AS service FROM he_thong)
