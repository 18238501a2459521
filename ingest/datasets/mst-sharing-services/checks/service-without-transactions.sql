-- vi: Dịch vụ không có dòng giao dịch nào.
-- en: A service without any row of transactions.
-- severity: info
SELECT row, code AS value, name_vi AS note
FROM services
WHERE code NOT IN (SELECT service FROM transactions)
ORDER BY row
