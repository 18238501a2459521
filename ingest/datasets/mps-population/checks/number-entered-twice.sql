-- vi: Một số định danh có ở nhiều dòng với họ tên hoặc ngày sinh khác nhau.
-- en: One citizen number is in several rows with different names or dates of birth.
-- severity: warning
SELECT min(row) AS row, 'H' || right(ma_ho, 9) AS value, count(*) || ' rows' AS note
FROM persons
GROUP BY so_dinh_danh, ma_ho
HAVING count(DISTINCT (ho_va_ten, ngay_sinh)) > 1
ORDER BY row
