-- Who offers a procedure, how far online and since when; one row for each channel.
SELECT row,
       code,
       split_part(offer ->> '$.coQuan', '/', 1) AS agency_date,
       split_part(offer ->> '$.coQuan', '/', 2) AS agency,
       CASE offer ->> '$.mucDo' WHEN 'TOAN_TRINH' THEN 'full' WHEN 'MOT_PHAN' THEN 'partial' WHEN 'THONG_TIN' THEN 'information'
            ELSE offer ->> '$.mucDo' END AS level,
       CASE channel WHEN 'TRUC_TUYEN' THEN 'online' WHEN 'TRUC_TIEP' THEN 'in-person' WHEN 'BUU_CHINH' THEN 'post' ELSE channel END AS channel,
       offer ->> '$.tuNgay' AS since
FROM (SELECT row, code, offer, unnest(offer ->> '$.kenh[*]') AS channel
      FROM (SELECT row, it ->> '$.ma' AS code, unnest(it -> '$.dichVuCong[*]') AS offer FROM portal))
