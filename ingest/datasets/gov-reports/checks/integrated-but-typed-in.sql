-- vi: Chế độ báo cáo đã tích hợp nhưng cơ quan vẫn nhập tay.
-- en: The regime is integrated, but the agency still types its report in.
-- severity: warning
SELECT sent.row, concat_ws('/', sent.regime, sent.period, sent.agency) AS value, coded_regimes.name AS note
FROM coded_submissions AS sent
JOIN coded_regimes ON coded_regimes.code = sent.regime
WHERE sent.method = 'typed-in' AND coded_regimes.is_integrated = 'true'
ORDER BY sent.row
