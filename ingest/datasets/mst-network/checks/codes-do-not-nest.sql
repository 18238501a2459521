-- vi: Dòng thiếu mã của cấp trên: xã không có mã huyện, hoặc huyện không có mã tỉnh.
-- en: A row lacks a code above it: a commune without its district, or a district without its province.
-- severity: warning
SELECT row, coalesce(ma_xa, ma_huyen) AS value, ten_don_vi AS note
FROM diem
WHERE (ma_xa IS NOT NULL AND ma_huyen IS NULL) OR (ma_huyen IS NOT NULL AND ma_tinh IS NULL)
ORDER BY row
