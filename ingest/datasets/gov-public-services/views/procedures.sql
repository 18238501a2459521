-- The procedures themselves.
SELECT row,
       it ->> '$.ma' AS code,
       it ->> '$.ten' AS name_vi,
       it ->> '$.tenTiengAnh' AS name_en,
       it ->> '$.linhVuc' AS sector,
       split_part(it ->> '$.coQuan', '/', 1) AS agency_date,
       split_part(it ->> '$.coQuan', '/', 2) AS agency,
       it ->> '$.thoiHanNgay' AS days,
       it ->> '$.hieuLucTu' AS valid_from,
       it ->> '$.hieuLucDen' AS valid_until
FROM portal
