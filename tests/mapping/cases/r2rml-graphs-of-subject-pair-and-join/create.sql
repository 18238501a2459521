CREATE TABLE "Officer" ("ID" integer PRIMARY KEY, "Name" varchar(40), "Unit" integer);
INSERT INTO "Officer" VALUES (10, 'Trần Bình', 1), (20, 'Lê An', NULL);
CREATE TABLE unit (id integer, page text);
INSERT INTO unit VALUES (1, 'http://example.org/sở/y-tế'), (1, 'khác');
