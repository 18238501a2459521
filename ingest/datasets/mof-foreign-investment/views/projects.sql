-- Projects. A province's code is of the register in force on the day of the record. Capital comes in million dollars with at most three
-- digits behind the point; what is no number is kept, so that the shapes find it.
SELECT row, "Mã dự án" AS code, "Tên dự án" AS name, "Mã số doanh nghiệp" AS enterprise,
       CASE "Hình thức" WHEN '100% vốn nước ngoài' THEN 'wholly-foreign' WHEN 'Liên doanh' THEN 'joint-venture'
            WHEN 'Hợp đồng hợp tác kinh doanh' THEN 'cooperation-contract' WHEN 'Hợp đồng BOT, BT, BTO' THEN 'public-private-partnership'
            ELSE "Hình thức" END AS form,
       "Ngành" AS industry, "Phiên bản VSIC" AS vsic, "Mã tỉnh" AS province,
       CASE WHEN "Ngày cập nhật" < '2025-07-01' THEN '2025-01-01' ELSE '2025-07-01' END AS register,
       "Ngày cấp" AS licensed, "Ngày hết hạn" AS expires, "Ngày cập nhật" AS recorded,
       coalesce((TRY_CAST("Vốn đăng ký (triệu USD)" AS DECIMAL(18, 3)) * 1000000)::BIGINT::VARCHAR, "Vốn đăng ký (triệu USD)") AS registered,
       coalesce((TRY_CAST("Vốn thực hiện (triệu USD)" AS DECIMAL(18, 3)) * 1000000)::BIGINT::VARCHAR, "Vốn thực hiện (triệu USD)") AS disbursed
FROM project_sheet
