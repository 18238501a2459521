CREATE TABLE t (id int, boss int);
INSERT INTO t VALUES (1, NULL), (2, 1), (NULL, 2), (3, 9);
