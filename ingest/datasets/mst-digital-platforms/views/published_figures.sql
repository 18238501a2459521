-- A period of seven characters is a month, one of four a year: each becomes a value of its own datatype.
SELECT *,
       CASE WHEN length(period) = 7 THEN period END AS month,
       CASE WHEN length(period) = 4 THEN period END AS year
FROM published
