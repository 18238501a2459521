-- vi: Mã cũ nay thuộc về một đơn vị tên khác: mã chỉ có nghĩa khi biết ngày.
-- en: An old code that now belongs to a unit of another name: a code means something only with a date.
-- severity: info
SELECT new.row, code AS value, old.name_vi || ' → ' || new.name_vi AS note
FROM legacy_units AS old
JOIN current_units AS new USING (code)
WHERE lower(old.short_vi) <> lower(new.short_vi)
ORDER BY length(code), code
