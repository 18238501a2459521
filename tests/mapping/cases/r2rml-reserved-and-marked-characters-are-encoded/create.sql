CREATE TABLE t (a text);
INSERT INTO t VALUES ('path/../a'), ('%{x}'), ('成-._~'), ('a,b;c=d&e?#');
