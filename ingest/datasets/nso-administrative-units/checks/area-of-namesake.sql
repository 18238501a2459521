-- vi: Các xã trùng tên ở nhiều tỉnh có diện tích giống hệt nhau: nhiều nhất một xã đúng và không biết xã nào. Không công bố các diện tích này.
-- en: Namesakes in several provinces have exactly one area: at most one is right and nothing tells which. These areas are not published.
-- severity: warning
SELECT row, wardAreaKm2 AS value, wardCode || ' ' || ward || ', ' || province AS note
FROM "current"
WHERE wardAreaKm2::DOUBLE > 0
QUALIFY count(*) OVER (PARTITION BY wardShortKey, wardAreaKm2) > 1
ORDER BY wardShortKey, row
