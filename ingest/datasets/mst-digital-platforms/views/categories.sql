-- One row for each category of each entry.
SELECT row, code,
       CASE category WHEN 'Chính phủ số' THEN 'digital-government' WHEN 'Kinh tế số' THEN 'digital-economy'
                     WHEN 'Xã hội số' THEN 'digital-society' ELSE category END AS category
FROM (SELECT row, it->>'$.ma' AS code, unnest(from_json(it->'$.nhom', '["VARCHAR"]')) AS category FROM nen_tang)
