CREATE SCHEMA "Đăng ký";
CREATE TABLE "Đăng ký".t (id int);
INSERT INTO "Đăng ký".t VALUES (1), (-1);
CREATE VIEW "Đăng ký".active AS SELECT * FROM "Đăng ký".t WHERE id > 0;
