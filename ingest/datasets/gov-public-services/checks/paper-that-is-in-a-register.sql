-- vi: Thủ tục vẫn yêu cầu bản chính của giấy tờ mà cơ sở dữ liệu của Nhà nước đã có.
-- en: A procedure still asks for the original of a paper whose content a register of the state already holds.
-- severity: info
SELECT requirements.row, requirements.code AS value, papers.it ->> '$.ten' AS note
FROM requirements
JOIN papers ON papers.it ->> '$.ma' = requirements.type
WHERE requirements.is_original = 'true' AND papers.it ->> '$.coSoDuLieu' IS NOT NULL
ORDER BY requirements.row
