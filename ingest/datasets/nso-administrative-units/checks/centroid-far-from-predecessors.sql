-- vi: Điểm của xã mới cách mọi xã cũ hợp thành nó trên 25 km: có thể đã gán nhầm tọa độ của nơi khác.
-- en: The point of a new commune is more than 25 km from every commune it was made of: it may be that of another place.
-- severity: warning
WITH point AS (
    SELECT new_code, new.row, new.name_vi, old.name_vi AS old_name,
           regexp_extract_all(old.centroid, '[\d.]+')::DOUBLE[] AS a, regexp_extract_all(new.centroid, '[\d.]+')::DOUBLE[] AS b
    FROM succession
    JOIN legacy_units AS old ON old.code = old_code
    JOIN current_units AS new ON new.code = new_code
    WHERE new.level = 'commune' AND old.centroid IS NOT NULL
),
distance AS (
    -- Great circle, Earth's mean radius 6371 km; a point is [longitude, latitude].
    SELECT *, 6371 * acos(least(1, sin(radians(a[2])) * sin(radians(b[2]))
                                   + cos(radians(a[2])) * cos(radians(b[2])) * cos(radians(a[1] - b[1])))) AS km
    FROM point
)
SELECT row, round(min(km))::INTEGER AS value, new_code || ' ' || name_vi || ' ← ' || string_agg(old_name, ', ') AS note
FROM distance
GROUP BY row, new_code, name_vi
HAVING min(km) > 25
ORDER BY min(km) DESC
