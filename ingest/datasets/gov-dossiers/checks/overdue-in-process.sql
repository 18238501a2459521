-- vi: Hồ sơ đang xử lý đã quá ngày hẹn trả, tính đến ngày mới nhất trong dữ liệu.
-- en: A dossier in process is past its due date, on the latest day in the data.
-- severity: info
SELECT row, code AS value, due AS note
FROM latest
WHERE status = 'processing' AND due < (SELECT max(submitted) FROM latest)
ORDER BY due, code
