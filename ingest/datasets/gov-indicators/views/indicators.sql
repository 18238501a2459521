-- The list of indicators, its Vietnamese columns under the names that the maps use.
SELECT row, ma AS code, ten_rut_gon AS slug, ten AS name_vi, ten_tieng_anh AS name_en, dinh_nghia AS definition_vi,
       dinh_nghia_tieng_anh AS definition_en, bo_chi_tieu AS "set", don_vi_tinh AS unit
FROM chi_tieu
