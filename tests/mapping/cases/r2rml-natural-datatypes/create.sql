CREATE TABLE measure (i smallint, b bigint, n numeric(8,2), r real, f float8, e float8, t boolean, d date, ti time,
  ts timestamp, tz timestamptz, x bytea, v varchar(9));
INSERT INTO measure VALUES (-7, 9007199254740993, 1.5, 1.65, 80.25, 1e-7, true, '1987-03-09', '08:05', '2009-10-10 12:12:22',
  '2009-10-10 12:12:22+07', '\x89504e47', '007');
