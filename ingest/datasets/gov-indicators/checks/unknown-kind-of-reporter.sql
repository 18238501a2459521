-- vi: Loại đơn vị không phải «bộ, ngành» hay «địa phương», nên số liệu không gắn được với nơi nào.
-- en: The kind of unit is neither “bộ, ngành” nor “địa phương”, so that the figures belong nowhere.
-- severity: violation
SELECT row, loai AS value, ten_don_vi AS note
FROM thang
WHERE loai IS NULL OR loai NOT IN ('bộ, ngành', 'địa phương')
ORDER BY row
