CREATE TABLE Officer (ID int, Name text);
INSERT INTO Officer VALUES (1, 'An');
