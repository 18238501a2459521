-- The dossiers as they are today, row by row. `row` counts on from file to file. A word that is not known stays as it is.
SELECT row,
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
FROM dossiers
