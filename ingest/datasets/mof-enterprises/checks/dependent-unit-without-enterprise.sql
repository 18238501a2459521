-- vi: Đơn vị phụ thuộc mà doanh nghiệp không có trong tệp.
-- en: A dependent unit whose enterprise is not in the file.
-- severity: warning
SELECT row, code AS value, name AS note
FROM dependent_units
WHERE enterprise NOT IN (SELECT code FROM enterprises)
ORDER BY row
