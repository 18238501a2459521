-- vi: Khóa trong bảng chuyển đổi không ứng với đơn vị nào của danh mục.
-- en: A key of the converter that belongs to no unit of the register.
-- severity: violation
WITH key AS (
    SELECT new.key AS new_province, NULL AS new_commune, old.value ->> '$' AS old
    FROM converter, json_each(it -> 'DICT_PROVINCE') AS new, json_each(new.value) AS old
    UNION ALL
    SELECT province.key, new.key, old.value ->> '$'
    FROM converter, json_each(it -> 'DICT_PROVINCE_WARD_NO_DIVIDED') AS province, json_each(province.value) AS new,
         json_each(new.value) AS old
    UNION ALL
    SELECT province.key, part.value ->> 'newWardKey', old.key
    FROM converter, json_each(it -> 'DICT_PROVINCE_WARD_DIVIDED') AS province, json_each(province.value) AS old,
         json_each(old.value) AS part
)
SELECT NULL AS row, concat_ws('_', new_province, new_commune) AS value, old AS note
FROM key
WHERE old NOT IN (SELECT provinceKey FROM legacy
                  UNION ALL
                  SELECT concat_ws('_', provinceKey, districtKey, coalesce(wardKey, '')) FROM legacy)
   OR concat_ws('_', new_province, new_commune) NOT IN (SELECT provinceKey FROM "current"
                                                        UNION ALL
                                                        SELECT concat_ws('_', provinceKey, wardKey) FROM "current")
