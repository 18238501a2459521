-- The regimes; a cross in the column tich_hop says that a regime is integrated. A word that is not known stays as it is.
SELECT row,
       ma_che_do AS code,
       ten AS name,
       split_part(co_quan_nhan, '/', 1) AS agency_date,
       split_part(co_quan_nhan, '/', 2) AS agency,
       CASE dinh_ky WHEN 'THANG' THEN 'monthly' WHEN 'QUY' THEN 'quarterly' WHEN '6THANG' THEN 'half-yearly' WHEN 'NAM' THEN 'yearly'
            WHEN 'CHUYEN_DE' THEN 'thematic' WHEN 'DOT_XUAT' THEN 'ad-hoc' ELSE dinh_ky END AS periodicity,
       CASE WHEN tich_hop IS NULL THEN 'false' WHEN tich_hop = 'x' THEN 'true' ELSE tich_hop END AS is_integrated,
       hieu_luc_tu AS valid_from,
       can_cu AS basis
FROM regimes
