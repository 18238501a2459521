CREATE TABLE Officer (ID int, Name text, Weight float8);
INSERT INTO Officer VALUES (1, 'An', 60.5);
