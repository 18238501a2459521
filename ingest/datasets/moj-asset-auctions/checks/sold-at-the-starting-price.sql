-- vi: Tài sản bán đúng giá khởi điểm dù có từ năm người tham gia: kiểm tra lại biên bản đấu giá.
-- en: An asset was sold at its starting price although there were five bidders or more: look at the minutes.
-- severity: info
SELECT assets.row, assets.it ->> '$."../@ma"' AS value, assets.it ->> '$."Ten"[0]' AS note
FROM assets
JOIN auctions ON auctions.it ->> '$."@ma"' = assets.it ->> '$."../@ma"'
WHERE assets.it ->> '$."GiaKhoiDiem"[0]' = assets.it ->> '$."GiaTrung"[0]'
  AND TRY_CAST(auctions.it ->> '$."SoNguoiThamGia"[0]' AS INTEGER) >= 5
ORDER BY assets.row
