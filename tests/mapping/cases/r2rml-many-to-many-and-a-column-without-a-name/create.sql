CREATE TABLE officer (id int, name text);
CREATE TABLE skill (id int, title text);
CREATE TABLE holds (officer int, skill int);
INSERT INTO officer VALUES (1, 'An'), (2, 'Bình');
INSERT INTO skill VALUES (7, 'Tiếng Anh'), (8, 'SQL');
INSERT INTO holds VALUES (1, 7), (1, 8);
