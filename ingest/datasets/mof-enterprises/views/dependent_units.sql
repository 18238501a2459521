-- Dependent units: their code is that of their enterprise, a hyphen and three digits.
SELECT *, CASE kind WHEN 'Chi nhánh' THEN 'branch' WHEN 'Văn phòng đại diện' THEN 'representative-office' ELSE kind END AS type,
       split_part(code, '-', 1) AS enterprise
FROM records
WHERE is_dependent
