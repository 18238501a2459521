-- One row for each connection: the deepest code given is that of the unit; a central agency has its short name instead.
SELECT row,
       CASE cap WHEN 'Trung ương' THEN 'central' WHEN 'Tỉnh' THEN 'province' WHEN 'Huyện' THEN 'district' WHEN 'Xã' THEN 'commune' ELSE cap END AS level,
       CASE WHEN ma_co_quan IS NULL THEN '2025-01-01' ELSE '2021-07-23' END AS register,
       coalesce(ma_co_quan, ma_xa, ma_huyen, ma_tinh) AS code,
       CASE WHEN ma_co_quan IS NULL THEN coalesce(ma_xa, ma_huyen, ma_tinh) END AS unit,
       ma_co_quan AS agency,
       ngay_ket_noi AS connected_on,
       bang_thong_mbps AS bandwidth
FROM diem
