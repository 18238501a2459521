-- vi: Xã kế thừa mặc định của một xã bị chia không phải là xã có điểm gần nhất.
-- en: The default successor of a divided commune is not the one with the nearest point.
-- severity: info
WITH point AS (
    SELECT succession.row, old_code, old.name_vi AS old_name, new.name_vi, is_default,
           regexp_extract_all(old.centroid, '[\d.]+')::DOUBLE[] AS a, regexp_extract_all(new.centroid, '[\d.]+')::DOUBLE[] AS b
    FROM succession
    JOIN legacy_units AS old ON old.code = old_code
    JOIN current_units AS new ON new.code = new_code
    WHERE is_whole = 'false' AND old.centroid IS NOT NULL
),
distance AS (
    SELECT *, 6371 * acos(least(1, sin(radians(a[2])) * sin(radians(b[2]))
                                   + cos(radians(a[2])) * cos(radians(b[2])) * cos(radians(a[1] - b[1])))) AS km
    FROM point
)
SELECT row, round(min(km) FILTER (is_default = 'true') - min(km), 2) AS value,
       old_code || ' ' || old_name || ' → ' || max(name_vi) FILTER (is_default = 'true') || ' (' || arg_min(name_vi, km) || ')' AS note
FROM distance
GROUP BY row, old_code, old_name
HAVING min(km) FILTER (is_default = 'true') > min(km) + 0.001
ORDER BY value DESC
