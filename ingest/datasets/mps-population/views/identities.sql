-- Electronic identities: those persons who have one.
SELECT row, person_key(so_dinh_danh) AS key, 'level-' || muc_do_dinh_danh AS level, ngay_cap_dinh_danh AS issued
FROM persons
WHERE muc_do_dinh_danh IS NOT NULL
