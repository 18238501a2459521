CREATE TABLE t (code char(4));
INSERT INTO t VALUES ('AB'), (NULL);
