CREATE TABLE ward (id int, province varchar(2), since date);
CREATE TABLE province (code char(2), since date);
INSERT INTO ward VALUES (1, '24', '2025-07-01'), (2, '24', NULL), (3, '01', '2025-07-01');
INSERT INTO province VALUES ('24', '2025-07-01'), ('24', '2004-01-01'), ('01', NULL);
