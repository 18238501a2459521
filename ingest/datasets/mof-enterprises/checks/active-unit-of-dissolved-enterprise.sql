-- vi: Doanh nghiệp đã giải thể nhưng còn đơn vị phụ thuộc đang hoạt động.
-- en: A dissolved enterprise that still has an active dependent unit.
-- severity: warning
SELECT dependent_units.row, dependent_units.code AS value, enterprises.name AS note
FROM dependent_units
JOIN enterprises ON enterprises.code = dependent_units.enterprise
WHERE enterprises.status = 'dissolved' AND dependent_units.status = 'active'
ORDER BY dependent_units.row
