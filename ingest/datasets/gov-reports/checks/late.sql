-- vi: Báo cáo gửi sau hạn.
-- en: A report that was sent after its due date.
-- severity: info
SELECT row, concat_ws('/', regime, period, agency) AS value, sent AS note
FROM coded_submissions
WHERE sent > due
ORDER BY row
