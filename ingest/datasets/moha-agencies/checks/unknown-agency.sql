-- vi: Dòng tổ chức lại nêu một cơ quan không có trong agencies.csv.
-- en: A reorganisation names an agency that is not in agencies.csv.
-- severity: violation
SELECT row, predecessor_date || '/' || predecessor AS value, 'predecessor' AS note
FROM reorganisations
WHERE (predecessor_date, predecessor) NOT IN (SELECT (date, slug) FROM agencies)
UNION ALL
SELECT row, successor_date || '/' || successor, 'successor'
FROM reorganisations
WHERE (successor_date, successor) NOT IN (SELECT (date, slug) FROM agencies)
