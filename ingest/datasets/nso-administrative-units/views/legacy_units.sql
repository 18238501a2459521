-- The register in force until 2025-06-30: one row per province, district and commune.
-- The table has one row per commune and repeats province and district in each; a unit's row is the first that names it.
-- A position and bounds that are both the parent's are the geocoder's fallback, not the unit's place: no centroid then.
WITH entry AS (
    SELECT min(row) AS row, 'province' AS level, provinceCode AS code, NULL AS parent,
           province AS name, provinceLat AS lat, provinceLon AS lon, true AS located
    FROM legacy
    GROUP BY provinceCode, province, provinceLat, provinceLon
    UNION ALL
    SELECT min(row), 'district', districtCode, provinceCode, district, districtLat, districtLon,
           (districtLat, districtLon, districtBounds) IS DISTINCT FROM (provinceLat, provinceLon, provinceBounds)
    FROM legacy
    GROUP BY ALL
    UNION ALL
    SELECT row, 'commune', wardCode, districtCode, ward, wardLat, wardLon,
           (wardLat, wardLon, wardBounds) IS DISTINCT FROM (districtLat, districtLon, districtBounds)
    FROM legacy
    WHERE wardCode IS NOT NULL
),
-- The type is read from the name: where the table's own type column differs, the name is right (checks/type-differs-from-name.sql).
kind(level, word, type, english) AS (
    VALUES ('province', 'Thành phố', 'municipality', 'City'),
           ('province', 'Tỉnh', 'province', 'Province'),
           ('district', 'Quận', 'urban-district', 'District'),
           ('district', 'Huyện', 'rural-district', 'District'),
           ('district', 'Thị xã', 'town', 'Town'),
           ('district', 'Thành phố', 'city', 'City'),
           ('commune', 'Phường', 'ward', 'Ward'),
           ('commune', 'Xã', 'commune', 'Commune'),
           ('commune', 'Thị trấn', 'township', 'Township')
),
named AS (
    SELECT entry.*, kind.word, kind.type, kind.english, substr(name, length(word) + 2) AS proper
    FROM entry
    LEFT JOIN kind ON kind.level = entry.level AND starts_with(lower(entry.name), lower(kind.word) || ' ')
)
SELECT row, level, upper(level[1]) || level[2:] AS class, code, parent, type,
       coalesce(word || ' ' || proper, name) AS name_vi,
       CASE WHEN regexp_full_match(proper, '\d+') THEN word || ' ' || proper ELSE proper END AS short_vi,
       -- Official romanisation drops the diacritics; DuckDB keeps the stroke of đ.
       CASE WHEN regexp_full_match(proper, '\d+') THEN english || ' ' || proper
            ELSE translate(strip_accents(proper), 'Đđ', 'Dd') || ' ' || english END AS name_en,
       CASE WHEN located THEN 'POINT(' || lon || ' ' || lat || ')' END AS centroid,
       CASE WHEN level = 'province' AND code = '46' THEN '175-2024-QH15' END AS basis
FROM named
