CREATE TABLE link (id int, page text, next int);
INSERT INTO link VALUES (1, 'http://example.org/ns#An', 2), (2, 'hai chữ', 3), (3, 'ba', 1);
