-- The periods that reports are about.
SELECT row,
       ma_ky AS code,
       ten AS name_vi,
       ten_tieng_anh AS name_en,
       CASE dinh_ky WHEN 'THANG' THEN 'monthly' WHEN 'QUY' THEN 'quarterly' WHEN '6THANG' THEN 'half-yearly' WHEN 'NAM' THEN 'yearly'
            ELSE dinh_ky END AS periodicity,
       tu_ngay AS "first",
       den_ngay AS "last"
FROM periods
