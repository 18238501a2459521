-- Which old unit became, or became part of, which new one. The converter names units by keys made from their names:
-- "province" for a province, "province_district_commune" for an old commune (no commune for an island district), the new
-- commune's own key below its new province. A pair whose key resolves to no unit is lost here and found by checks/unresolved-key.sql.
WITH province_pair AS (
    SELECT new.key AS new_province, old.value ->> '$' AS old_province
    FROM converter, json_each(it -> 'DICT_PROVINCE') AS new, json_each(new.value) AS old
),
commune_pair AS (
    SELECT province.key AS new_province, new.key AS new_commune, old.value ->> '$' AS old_key, true AS whole, true AS main
    FROM converter,
         json_each(it -> 'DICT_PROVINCE_WARD_NO_DIVIDED') AS province,
         json_each(province.value) AS new,
         json_each(new.value) AS old
    UNION ALL
    SELECT province.key, part.value ->> 'newWardKey', old.key, false, (part.value ->> 'isDefaultNewWard')::BOOLEAN
    FROM converter,
         json_each(it -> 'DICT_PROVINCE_WARD_DIVIDED') AS province,
         json_each(province.value) AS old,
         json_each(old.value) AS part
),
pair AS (
    SELECT min(legacy.row) AS row, legacy.provinceCode AS old_code, new.provinceCode AS new_code,
           true AS whole, true AS main, '202-2025-QH15' AS basis
    FROM province_pair
    JOIN legacy ON legacy.provinceKey = old_province
    JOIN "current" AS new ON new.provinceKey = new_province
    GROUP BY ALL
    UNION ALL
    SELECT legacy.row, coalesce(legacy.wardCode, legacy.districtCode), new.wardCode, whole, main, '1654-1687-NQ-UBTVQH15'
    FROM commune_pair
    JOIN legacy ON concat_ws('_', legacy.provinceKey, legacy.districtKey, coalesce(legacy.wardKey, '')) = old_key
    JOIN "current" AS new ON new.provinceKey = new_province AND new.wardKey = new_commune
)
SELECT pair.row, pair.old_code, pair.new_code, pair.basis,
       old.name_vi || ' → ' || new.name_vi AS name_vi,
       old.name_en || ' → ' || new.name_en AS name_en,
       pair.whole::VARCHAR AS is_whole, pair.main::VARCHAR AS is_default,
       CASE WHEN pair.whole THEN '1.0' END AS share
FROM pair
JOIN legacy_units AS old ON old.code = pair.old_code
JOIN current_units AS new ON new.code = pair.new_code
