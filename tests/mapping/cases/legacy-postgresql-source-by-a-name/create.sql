CREATE TABLE officer (id int);
INSERT INTO officer VALUES (1);
