-- vi: Vốn đăng ký trên 10 tỷ đô la Mỹ: có thể ghi nhầm đô la thay vì triệu đô la.
-- en: A registered capital above 10 billion dollars: perhaps dollars where million dollars are meant.
-- severity: warning
SELECT row, registered AS value, name AS note
FROM projects
WHERE TRY_CAST(registered AS DECIMAL(38, 0)) > 10000000000
ORDER BY row
