-- Two indicators for each index, its rank and its score, where there is a value of either.
SELECT DISTINCT slug || '-' || measure AS slug,
       'un-egovernment' AS "set",
       measure AS unit,
       CASE measure WHEN 'rank' THEN 'Thứ hạng của Việt Nam: ' ELSE 'Điểm của Việt Nam: ' END || name_vi AS name_vi,
       CASE measure WHEN 'rank' THEN 'Rank of Viet Nam: ' ELSE 'Score of Viet Nam: ' END || name_en AS name_en,
       CASE measure WHEN 'rank' THEN 'Thứ hạng của Việt Nam theo ' || name_vi || ' trong khảo sát Chính phủ điện tử của Liên hợp quốc; mẫu số là số nước được xếp hạng.'
                    ELSE 'Giá trị của Việt Nam theo ' || name_vi || ' trong khảo sát Chính phủ điện tử của Liên hợp quốc, từ 0 đến 1.' END AS definition_vi,
       CASE measure WHEN 'rank' THEN 'Place of Viet Nam by the ' || name_en || ' in the United Nations e-government survey; the denominator is how many countries were ranked.'
                    ELSE 'Value of Viet Nam by the ' || name_en || ' in the United Nations e-government survey, from 0 to 1.' END AS definition_en
FROM vietnam
JOIN indices USING ("index")
ORDER BY slug
