-- vi: Thiếu diện tích: cột diện tích để trống hoặc bằng 0. Không công bố diện tích của các đơn vị này.
-- en: No area: the column is empty or 0. No area is published for these units.
-- severity: info
SELECT row, wardAreaKm2 AS value, wardCode || ' ' || ward || ', ' || province AS note
FROM "current"
WHERE wardAreaKm2 IS NULL OR wardAreaKm2::DOUBLE = 0
ORDER BY row
