-- vi: Tệp thay đổi nói về hồ sơ nộp trước ngày trích toàn bộ nhưng không có trong đó.
-- en: A file of changes is about a dossier that was submitted before the whole extract, and is not in it.
-- severity: warning
SELECT row, it ->> '$.maHoSo' AS value, it ->> '$.ngayNop' AS note
FROM delta1
WHERE it ->> '$.ngayNop' < (SELECT max(it ->> '$.ngayNop') FROM dossiers)
  AND it ->> '$.maHoSo' NOT IN (SELECT it ->> '$.maHoSo' FROM dossiers WHERE it ->> '$.maHoSo' IS NOT NULL)
ORDER BY row
