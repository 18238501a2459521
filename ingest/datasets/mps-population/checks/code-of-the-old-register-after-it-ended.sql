-- vi: Hộ đăng ký từ ngày 01/7/2025 vẫn dùng mã xã của danh mục cũ.
-- en: A household registered since 1 July 2025 still has a commune code of the old register.
-- severity: warning
SELECT row, ma_xa AS value, ngay_dang_ky AS note
FROM households
WHERE danh_muc_xa < '2025-07-01' AND ngay_dang_ky >= '2025-07-01'
ORDER BY row
