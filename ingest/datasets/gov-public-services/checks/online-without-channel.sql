-- vi: Dịch vụ công toàn trình hoặc một phần nhưng không có kênh trực tuyến.
-- en: A service that is fully or partly online, without the online channel.
-- severity: warning
SELECT min(row) AS row, code || ' ' || agency AS value, level AS note
FROM offers
WHERE level IN ('full', 'partial')
GROUP BY code, agency, level
HAVING NOT bool_or(channel = 'online')
ORDER BY value
