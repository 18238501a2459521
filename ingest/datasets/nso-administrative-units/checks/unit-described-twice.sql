-- vi: Một mã có hai tên, loại, tọa độ hoặc cấp trên khác nhau ở các dòng khác nhau.
-- en: One code has two names, types, positions or parents in different rows.
-- severity: violation
WITH unit AS (
    SELECT 'legacy' AS register, row, code, parent, name_vi, centroid FROM legacy_units
    UNION ALL
    SELECT 'current', row, code, parent, name_vi, centroid FROM current_units
)
SELECT row, code AS value, concat_ws(' ', register, name_vi, parent, centroid) AS note
FROM unit
QUALIFY count(*) OVER (PARTITION BY register, code) > 1
ORDER BY register, code, row
