-- The papers that a procedure asks for, numbered within it.
SELECT row,
       code,
       number,
       paper ->> '$.loai' AS type,
       paper ->> '$.soBan' AS copies,
       paper ->> '$.banChinh' AS is_original,
       paper ->> '$.batBuoc' AS is_mandatory
FROM (SELECT row, it ->> '$.ma' AS code, unnest(it -> '$.thanhPhanHoSo[*]') AS paper,
             generate_subscripts(it -> '$.thanhPhanHoSo[*]', 1) AS number
      FROM portal)
