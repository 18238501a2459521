-- What enterprises and dependent units have in common. Dates come as 22/04/2015; a date or word that is not known is kept, so that the
-- shapes find it. The portal does not say which register a commune's code is of: it is the one in force on the day of the record.
SELECT row, ma_so AS code, contains(ma_so, '-') AS is_dependent, ten AS name, loai_hinh AS kind,
       CASE tinh_trang WHEN 'Đang hoạt động' THEN 'active' WHEN 'Tạm ngừng kinh doanh' THEN 'suspended'
            WHEN 'Không còn hoạt động tại địa chỉ đã đăng ký' THEN 'not-at-address' WHEN 'Đang làm thủ tục giải thể' THEN 'dissolving'
            WHEN 'Đã giải thể' THEN 'dissolved' WHEN 'Bị tuyên bố phá sản' THEN 'bankrupt' ELSE tinh_trang END AS status,
       coalesce(strftime(try_strptime(ngay_dang_ky, '%d/%m/%Y'), '%Y-%m-%d'), ngay_dang_ky) AS founded,
       coalesce(strftime(try_strptime(ngay_thay_doi, '%d/%m/%Y'), '%Y-%m-%d'), ngay_thay_doi) AS recorded,
       dia_chi AS address, ma_xa AS commune,
       CASE WHEN try_strptime(ngay_thay_doi, '%d/%m/%Y') < DATE '2025-07-01' THEN '2025-01-01' ELSE '2025-07-01' END AS register
FROM registrations
