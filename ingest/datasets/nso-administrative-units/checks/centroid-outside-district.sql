-- vi: Điểm của xã cũ nằm ngoài khung bao của huyện trên 20 km: thường là điểm của một nơi trùng tên.
-- en: The point of an old commune is more than 20 km outside the bounds of its district: often that of a namesake.
-- severity: warning
WITH box AS (
    SELECT *, regexp_extract_all(districtBounds, '[\d.]+')::DOUBLE[] AS b,   -- south, west, north, east
           wardLat::DOUBLE AS lat, wardLon::DOUBLE AS lon
    FROM legacy
),
outside AS (
    SELECT *, 111.2 * greatest(b[1] - lat, lat - b[3], (b[2] - lon) * cos(radians(lat)), (lon - b[4]) * cos(radians(lat))) AS km
    FROM box
)
SELECT row, round(km)::INTEGER AS value, wardCode || ' ' || ward || ', ' || district || ': ' || wardGeoAddress AS note
FROM outside
WHERE km > 20
ORDER BY km DESC
