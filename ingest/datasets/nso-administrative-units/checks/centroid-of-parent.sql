-- vi: Tọa độ và khung bao của đơn vị đúng bằng của cấp trên: máy định vị không tìm thấy đơn vị. Không công bố điểm này.
-- en: Position and bounds are exactly the parent's: the geocoder did not find the unit. The point is not published.
-- severity: warning
SELECT units.row, units.level AS value, units.code || ' ' || units.name_vi || ' = ' || parent.name_vi AS note
FROM legacy_units AS units
JOIN legacy_units AS parent ON parent.code = units.parent
WHERE units.centroid IS NULL
ORDER BY units.level DESC, units.row
