-- Figures. The store has codes of its own for what is measured, months as 05/2025, and money in thousands of dong.
SELECT figures.row,
       coalesce(indicators.slug, MA_CT) AS slug,
       CASE WHEN regexp_full_match(THANG, '\d{2}/\d{4}') THEN THANG[4:] || '-' || THANG[:2] ELSE THANG END AS period,
       MA_XA AS commune,
       indicators.unit,
       CASE WHEN indicators.unit = 'vnd' THEN GIA_TRI || '000.0' ELSE GIA_TRI || '.0' END AS value,
       NGAY_CN AS published_on
FROM figures
LEFT JOIN indicators ON indicators.code = MA_CT
