-- vi: Điểm của xã nằm ngoài khung bao của chính nó.
-- en: The point of a commune is outside its own bounds.
-- severity: warning
WITH box AS (
    SELECT *, regexp_extract_all(wardBounds, '[\d.]+')::DOUBLE[] AS b   -- south, west, north, east
    FROM legacy
)
SELECT row, wardLat || ' ' || wardLon AS value, wardCode || ' ' || ward || ': ' || wardBounds AS note
FROM box
WHERE wardLat::DOUBLE NOT BETWEEN b[1] AND b[3] OR wardLon::DOUBLE NOT BETWEEN b[2] AND b[4]
ORDER BY row
