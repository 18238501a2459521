CREATE TABLE "Officer" ("Name" varchar(50));
