-- vi: Dòng không có mã số nên không thành doanh nghiệp nào.
-- en: A row without a code, which becomes no enterprise.
-- severity: warning
SELECT row, NULL AS value, ten AS note
FROM registrations
WHERE ma_so IS NULL
ORDER BY row
