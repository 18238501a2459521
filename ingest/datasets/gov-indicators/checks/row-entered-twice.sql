-- vi: Một đơn vị có hai dòng cho cùng một tháng.
-- en: A unit has two rows for one month.
-- severity: warning
SELECT max(row) AS row, ky || ' ' || ma_don_vi AS value, count(*) || ' dòng / rows' AS note
FROM thang
GROUP BY ky, danh_muc, ma_don_vi
HAVING count(*) > 1
ORDER BY row
