CREATE TABLE "Officer" ("ID" integer PRIMARY KEY, "Name" varchar(40), "Unit" integer);
INSERT INTO "Officer" VALUES (10, 'Trần Bình', 1), (20, 'Lê An', NULL);
CREATE TABLE "Unit" ("ID" integer, "Title" text);
INSERT INTO "Unit" VALUES (1, 'Sở Y tế'), (2, 'Sở Nội vụ');
