-- Each reorganisation with the names of both agencies. A row that names an unknown agency is lost here and found by checks/unknown-agency.sql.
SELECT moved.*,
       old.name_vi || ' → ' || new.name_vi AS name_vi,
       old.name_en || ' → ' || new.name_en AS name_en,
       CASE WHEN moved.type IS NOT NULL THEN 'Reorganisation' END AS class,
       CASE moved.is_whole WHEN 'true' THEN '1.0' END AS share
FROM reorganisations AS moved
JOIN agencies AS old ON old.date = moved.predecessor_date AND old.slug = moved.predecessor
JOIN agencies AS new ON new.date = moved.successor_date AND new.slug = moved.successor
