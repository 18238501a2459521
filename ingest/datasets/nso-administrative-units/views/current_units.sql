-- The register in force from 2025-07-01: one row per province and commune.
-- The areas of namesakes were copied from one to the other: where communes of one name have one area, at most one of them is
-- right and nothing tells which. Such an area is left out, as is 0.0 (checks/area-of-namesake.sql, checks/area-missing.sql).
WITH entry AS (
    SELECT min(row) AS row, 'province' AS level, provinceCode AS code, NULL AS parent,
           province AS name, provinceLat AS lat, provinceLon AS lon, NULL AS area
    FROM "current"
    GROUP BY provinceCode, province, provinceLat, provinceLon
    UNION ALL
    SELECT row, 'commune', wardCode, provinceCode, ward, wardLat, wardLon,
           CASE WHEN wardAreaKm2::DOUBLE > 0 AND count(*) OVER (PARTITION BY wardShortKey, wardAreaKm2) = 1
                THEN regexp_replace(wardAreaKm2, '\.0*$|(\.\d*[1-9])0*$', '\1') END
    FROM "current"
),
kind(level, word, type, english) AS (
    VALUES ('province', 'Thành phố', 'municipality', 'City'),
           ('province', 'Tỉnh', 'province', 'Province'),
           ('commune', 'Phường', 'ward', 'Ward'),
           ('commune', 'Xã', 'commune', 'Commune'),
           ('commune', 'Đặc khu', 'special-zone', 'Special Zone')
),
named AS (
    SELECT entry.*, kind.word, kind.type, kind.english, substr(name, length(word) + 2) AS proper
    FROM entry
    LEFT JOIN kind ON kind.level = entry.level AND starts_with(lower(entry.name), lower(kind.word) || ' ')
)
SELECT row, level, upper(level[1]) || level[2:] AS class, code, parent, type,
       coalesce(word || ' ' || proper, name) AS name_vi,
       proper AS short_vi,
       translate(strip_accents(proper), 'Đđ', 'Dd') || ' ' || english AS name_en,
       'POINT(' || lon || ' ' || lat || ')' AS centroid,
       area,
       CASE level WHEN 'province' THEN '202-2025-QH15' ELSE '1654-1687-NQ-UBTVQH15' END AS basis
FROM named
