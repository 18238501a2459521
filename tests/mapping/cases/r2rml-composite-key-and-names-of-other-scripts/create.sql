CREATE TABLE "Đơn vị 区" ("Mã" varchar(5), "Từ ngày" date, "名 称" text, PRIMARY KEY ("Mã", "Từ ngày"));
INSERT INTO "Đơn vị 区" VALUES ('00004', '2025-07-01', 'Phường Ba Đình/巴亭'), ('00004', '2004-01-01', NULL);
