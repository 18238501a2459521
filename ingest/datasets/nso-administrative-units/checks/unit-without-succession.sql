-- vi: Xã hoặc tỉnh cũ không có đơn vị kế thừa, hoặc đơn vị mới không có đơn vị cũ nào hợp thành.
-- en: An old commune or province without a successor, or a new unit that no old one went into.
-- severity: violation
SELECT row, code AS value, name_vi AS note
FROM legacy_units
WHERE level <> 'district' AND code NOT IN (SELECT old_code FROM succession)
UNION ALL
SELECT row, code, name_vi
FROM current_units
WHERE code NOT IN (SELECT new_code FROM succession)
