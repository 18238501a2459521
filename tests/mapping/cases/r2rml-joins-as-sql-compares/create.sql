CREATE TABLE a (id int, code char(6), n int, w float8);
CREATE TABLE b (id int, code varchar(6), n numeric(8,2), w numeric(8,3));
INSERT INTO a VALUES (1, 'AB', 7, 80.25), (2, 'CD', 100, 9);
INSERT INTO b VALUES (1, 'AB', 100, 80.250), (2, 'C', 7.00, 9), (3, NULL, NULL, NULL);
