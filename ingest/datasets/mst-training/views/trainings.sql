-- One row for each training, the sheet's headings under the names that the map uses.
SELECT row,
       lower("Mã") AS code,
       left("Từ ngày", 4) AS year,
       CASE "Nội dung" WHEN 'Nhận thức' THEN 'awareness' WHEN 'Kỹ năng số' THEN 'digital-skills' WHEN 'Lãnh đạo' THEN 'leadership'
                       WHEN 'Dữ liệu' THEN 'data' WHEN 'An toàn thông tin' THEN 'security' ELSE "Nội dung" END AS topic,
       CASE "Loại đơn vị" WHEN 'Địa phương' THEN "Danh mục" END AS unit_register,
       CASE "Loại đơn vị" WHEN 'Địa phương' THEN "Mã đơn vị" END AS unit,
       CASE "Loại đơn vị" WHEN 'Bộ, ngành' THEN "Danh mục" END AS agency_date,
       CASE "Loại đơn vị" WHEN 'Bộ, ngành' THEN "Mã đơn vị" END AS agency,
       "Từ ngày" AS started_on,
       "Đến ngày" AS ended_on,
       "Số người" AS trainees
FROM boi_duong
