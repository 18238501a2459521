CREATE TABLE t (photo bytea, at_time timetz);
INSERT INTO t VALUES ('\x89504e47', '08:00:00.5+07'), (NULL, '08:00+07');
