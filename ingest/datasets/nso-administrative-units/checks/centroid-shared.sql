-- vi: Hai hay nhiều xã cũ có chung một điểm (không kể các điểm lấy của cấp trên).
-- en: Two or more old communes have one point (those that took their parent's aside).
-- severity: warning
SELECT row, centroid AS value, code || ' ' || name_vi AS note
FROM legacy_units
WHERE level = 'commune' AND centroid IS NOT NULL
QUALIFY count(*) OVER (PARTITION BY centroid) > 1
ORDER BY centroid, row
