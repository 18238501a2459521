CREATE TABLE Officer (ID integer, Name varchar(40), Weight double, Active tinyint(1), Since date);
INSERT INTO Officer VALUES (10, 'Trần Bình', 60.5, 1, '2020-01-31'), (20, 'Lê An', NULL, 0, NULL);
