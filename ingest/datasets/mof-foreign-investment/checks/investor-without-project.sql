-- vi: Nhà đầu tư không có dự án nào trong tệp.
-- en: An investor without a project in the file.
-- severity: info
SELECT row, "Mã nhà đầu tư" AS value, "Tên nhà đầu tư" AS note
FROM investors
WHERE "Mã nhà đầu tư" NOT IN (SELECT investor FROM participations)
ORDER BY row
