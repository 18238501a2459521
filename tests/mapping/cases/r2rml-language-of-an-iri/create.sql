CREATE TABLE "Officer" ("ID" integer PRIMARY KEY, "Name" varchar(40), "Unit" integer);
INSERT INTO "Officer" VALUES (10, 'Trần Bình', 1), (20, 'Lê An', NULL);
