CREATE TABLE Officer (ID integer, Name char(8), Rank char(3) CHARACTER SET latin1, Kind enum('a', 'b'), Seen timestamp NULL, Born datetime(3));
SET time_zone = '+07:00';
INSERT INTO Officer VALUES (10, 'Bình', 'ab', 'a', '2009-10-10 12:12:22', '2009-10-10 12:12:22.5');
