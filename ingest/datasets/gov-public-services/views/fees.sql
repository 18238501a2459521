-- What a procedure charges, numbered within it; one row for each channel to which it applies.
SELECT row,
       code,
       number,
       CASE fee ->> '$.loai' WHEN 'PHI' THEN 'fee' WHEN 'LE_PHI' THEN 'charge' ELSE fee ->> '$.loai' END AS type,
       fee ->> '$.soTien' AS amount,
       CASE channel WHEN 'TRUC_TUYEN' THEN 'online' WHEN 'TRUC_TIEP' THEN 'in-person' WHEN 'BUU_CHINH' THEN 'post' ELSE channel END AS channel
FROM (SELECT row, code, number, fee, unnest(fee ->> '$.kenh[*]') AS channel
      FROM (SELECT row, it ->> '$.ma' AS code, unnest(it -> '$.mucThu[*]') AS fee,
                   generate_subscripts(it -> '$.mucThu[*]', 1) AS number
            FROM portal))
