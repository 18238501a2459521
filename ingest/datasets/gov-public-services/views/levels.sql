-- The levels of government that carry a procedure out. A word that is not known stays, for the shapes to find.
SELECT row,
       it ->> '$.ma' AS code,
       CASE word WHEN 'TW' THEN 'central' WHEN 'TINH' THEN 'province' WHEN 'XA' THEN 'commune' ELSE word END AS level
FROM (SELECT row, it, unnest(it ->> '$.cap[*]') AS word FROM portal)
