-- The wide table as one row for each filled cell. What is not an indicator of the list is found by checks/column-without-indicator.sql.
WITH cells AS (UNPIVOT thang ON COLUMNS('^ct[0-9]+$') INTO NAME code VALUE value)
SELECT cells.row, slug, unit, ky AS period, value, danh_muc AS register, ma_don_vi AS reporter, ngay_cong_bo AS published_on,
       CASE loai WHEN 'địa phương' THEN danh_muc END AS area_register,
       CASE loai WHEN 'địa phương' THEN ma_don_vi END AS area,
       CASE loai WHEN 'bộ, ngành' THEN danh_muc END AS agency_date,
       CASE loai WHEN 'bộ, ngành' THEN ma_don_vi END AS agency
FROM cells
JOIN indicators ON indicators.code = upper(cells.code)
