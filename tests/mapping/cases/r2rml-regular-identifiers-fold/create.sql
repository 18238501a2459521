CREATE TABLE Officer (ID integer, Name text);
INSERT INTO Officer VALUES (1, 'Nguyễn Văn A/B'), (2, NULL);
