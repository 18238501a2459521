-- Of the lines about a dossier those of the latest file count; two lines in one file stay two, for the shapes to find.
-- `row` is the line within its own file, which `relation` names. A word that is not known stays as it is.
SELECT row,
       relation,
       it ->> '$.maHoSo' AS code,
       it ->> '$.maThuTuc' AS procedure,
       person_key(it ->> '$.nguoiNop.soDinhDanh') AS person,
       it ->> '$.nguoiNop.maSo' AS enterprise,
       it ->> '$.noiTiepNhan.ma' AS unit,
       it ->> '$.noiTiepNhan.danhMuc' AS register,
       CASE it ->> '$.kenh' WHEN 'TRUC_TUYEN' THEN 'online' WHEN 'TRUC_TIEP' THEN 'in-person' WHEN 'BUU_CHINH' THEN 'post' ELSE it ->> '$.kenh' END AS channel,
       CASE it ->> '$.trangThai' WHEN 'MOI_NOP' THEN 'submitted' WHEN 'YEU_CAU_BO_SUNG' THEN 'supplement-requested'
            WHEN 'DANG_XU_LY' THEN 'processing' WHEN 'DA_CO_KET_QUA' THEN 'completed' WHEN 'DA_TRA_KET_QUA' THEN 'returned'
            WHEN 'TU_CHOI' THEN 'rejected' WHEN 'DA_RUT' THEN 'withdrawn' ELSE it ->> '$.trangThai' END AS status,
       it ->> '$.ngayNop' AS submitted,
       it ->> '$.ngayTiepNhan' AS accepted,
       it ->> '$.ngayHenTra' AS due,
       it ->> '$.ngayCoKetQua' AS ended
FROM (SELECT 0 AS day, 'dossiers' AS relation, * FROM dossiers
      UNION ALL SELECT 1, 'delta1', * FROM delta1 UNION ALL SELECT 2, 'delta2', * FROM delta2
      UNION ALL SELECT 3, 'delta3', * FROM delta3 UNION ALL SELECT 4, 'delta4', * FROM delta4
      UNION ALL SELECT 5, 'delta5', * FROM delta5 UNION ALL SELECT 6, 'delta6', * FROM delta6
      UNION ALL SELECT 7, 'delta7', * FROM delta7)
QUALIFY rank() OVER (PARTITION BY it ->> '$.maHoSo' ORDER BY day DESC) = 1
