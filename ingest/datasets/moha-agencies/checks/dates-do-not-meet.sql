-- vi: Ngày tổ chức lại không phải là ngày liền sau ngày cuối của cơ quan cũ, hoặc trước ngày đầu của cơ quan kế thừa.
-- en: A reorganisation is not on the day after its predecessor's last, or is before its successor's first.
-- severity: violation
SELECT moved.row, moved.date AS value, concat_ws(' ', predecessor, old.valid_until, successor, new.valid_from) AS note
FROM reorganisations AS moved
JOIN agencies AS old ON old.date = predecessor_date AND old.slug = predecessor
JOIN agencies AS new ON new.date = successor_date AND new.slug = successor
WHERE moved.date::DATE IS DISTINCT FROM old.valid_until::DATE + 1 OR new.valid_from > moved.date
ORDER BY moved.row
