CREATE TABLE a (id int, w float8);
INSERT INTO a VALUES (1, 80.25);
