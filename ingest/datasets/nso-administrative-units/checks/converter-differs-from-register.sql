-- vi: Tọa độ hoặc diện tích của xã mới trong bảng chuyển đổi khác với trong danh mục.
-- en: The converter gives a new commune another position or area than the register does.
-- severity: warning
WITH part AS (
    SELECT DISTINCT province.key AS province_key, part.value ->> 'newWardKey' AS commune_key, part.value ->> 'newWardLat' AS lat,
           part.value ->> 'newWardLon' AS lon, part.value ->> 'newWardAreaKm2' AS area
    FROM converter, json_each(it -> 'DICT_PROVINCE_WARD_DIVIDED') AS province, json_each(province.value) AS old,
         json_each(old.value) AS part
)
SELECT row, concat_ws(' ', lat, lon, area) AS value, wardCode || ' ' || ward || ': ' || concat_ws(' ', wardLat, wardLon, wardAreaKm2) AS note
FROM part
JOIN "current" ON provinceKey = province_key AND wardKey = commune_key
WHERE (lat::DOUBLE, lon::DOUBLE, area::DOUBLE) IS DISTINCT FROM (wardLat::DOUBLE, wardLon::DOUBLE, wardAreaKm2::DOUBLE)
ORDER BY row
