-- Each investor of a project; the sheet has them in one cell, NDT-000001; NDT-000002.
SELECT row, "Mã dự án" AS code, trim(investor) AS investor
FROM project_sheet, unnest(string_split("Nhà đầu tư", ';')) AS one(investor)
