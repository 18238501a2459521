CREATE TABLE t (a text, b text);
INSERT INTO t VALUES ('x y', 'z'), ('x y', 'z'), ('x_y', 'z');
