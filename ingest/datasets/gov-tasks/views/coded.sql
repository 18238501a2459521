-- The system's numbers and abbreviations as codes, agencies as the parts of their IRIs. What is not known stays as it is.
SELECT row,
       ma_nhiem_vu AS code,
       noi_dung AS name,
       so_van_ban AS document,
       CASE nguoi_giao WHEN 'CP' THEN 'government' WHEN 'TTg' THEN 'prime-minister' ELSE nguoi_giao END AS assigner,
       split_part(co_quan_chu_tri, '/', 1) AS assignee_date,
       split_part(co_quan_chu_tri, '/', 2) AS assignee,
       split_part(co_quan_phoi_hop, '/', 1) AS supporter_date,
       split_part(co_quan_phoi_hop, '/', 2) AS supporter,
       ngay_giao AS assigned,
       han_hoan_thanh AS due,
       ngay_hoan_thanh AS completed,
       CASE tinh_trang WHEN '1' THEN 'not-started' WHEN '2' THEN 'in-progress' WHEN '3' THEN 'overdue' WHEN '4' THEN 'completed-on-time'
            WHEN '5' THEN 'completed-late' ELSE tinh_trang END AS status,
       tien_do AS progress
FROM tasks
