-- vi: Tổng số người khác với số liệu đã công bố: mẫu và các dòng lỗi làm lệch.
-- en: The trainees do not add up to the published figure: the sample and faulty rows make it differ.
-- severity: info
SELECT NULL AS row, sum(trainees::BIGINT) AS value, published.value AS note
FROM trainings
CROSS JOIN published
WHERE indicator = 'officials-trained'
GROUP BY published.value
HAVING sum(trainees::BIGINT) <> published.value::BIGINT
