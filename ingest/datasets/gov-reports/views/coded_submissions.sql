-- The reports that were sent.
SELECT row,
       ma_che_do AS regime,
       ma_ky AS period,
       split_part(co_quan_bao_cao, '/', 1) AS agency_date,
       split_part(co_quan_bao_cao, '/', 2) AS agency,
       CASE cach_gui WHEN 'TICH_HOP' THEN 'integrated' WHEN 'NHAP_TAY' THEN 'typed-in' ELSE cach_gui END AS method,
       han_gui AS due,
       ngay_gui AS sent
FROM submissions
