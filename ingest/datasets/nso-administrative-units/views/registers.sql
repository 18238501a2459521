-- The two versions of the register. The package dates neither: see README.md.
SELECT *
FROM (VALUES
    ('2025-01-01', '2025-06-30', '175-2024-QH15',
     'Danh mục đơn vị hành chính từ ngày 01/01/2025 đến hết ngày 30/6/2025', 'Register of administrative units, 1 January to 30 June 2025'),
    ('2025-07-01', NULL, '19-2025-QD-TTg',
     'Danh mục đơn vị hành chính từ ngày 01/7/2025', 'Register of administrative units from 1 July 2025')
) AS register(valid_from, valid_until, basis, name_vi, name_en)
