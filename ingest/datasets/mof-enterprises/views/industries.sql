-- Each industry of an enterprise, the main one included; the file has them in one cell.
SELECT row, ma_so AS code, he_thong_nganh AS vsic, trim(industry) AS industry
FROM registrations, unnest(string_split(nganh_nghe, ';')) AS one(industry)
WHERE NOT contains(ma_so, '-')
