-- vi: Huyện đảo không chia xã: chính huyện được kế thừa bởi một đặc khu.
-- en: An island district without communes: the district itself is succeeded by a special zone.
-- severity: info
SELECT row, districtCode AS value, district || ', ' || province AS note
FROM legacy
WHERE wardCode IS NULL
ORDER BY row
