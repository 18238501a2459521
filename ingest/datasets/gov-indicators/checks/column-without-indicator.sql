-- vi: Bảng số liệu có cột không ứng với chỉ tiêu nào trong danh sách, nên số liệu của cột bị bỏ.
-- en: The table has a column that is no indicator of the list, so that its figures are left out.
-- severity: warning
SELECT min(cells.row) AS row, cells.code AS value, count(*) || ' ô / cells' AS note
FROM (UNPIVOT thang ON COLUMNS('^ct[0-9]+$') INTO NAME code VALUE cell) AS cells
WHERE upper(cells.code) NOT IN (SELECT ma FROM chi_tieu)
GROUP BY cells.code
ORDER BY cells.code
