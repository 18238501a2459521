-- vi: Xã kết nối trước huyện của mình.
-- en: A commune was joined before its district.
-- severity: info
SELECT below.row, below.ma_xa AS value, below.ngay_ket_noi || ' < ' || above.ngay_ket_noi AS note
FROM diem AS below
JOIN diem AS above ON above.ma_huyen = below.ma_huyen AND above.ma_xa IS NULL
WHERE below.ma_xa IS NOT NULL AND below.ngay_ket_noi < above.ngay_ket_noi
ORDER BY below.row
