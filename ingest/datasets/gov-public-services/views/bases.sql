-- The documents that a procedure is based on.
SELECT row, it ->> '$.ma' AS code, unnest(it ->> '$.canCu[*]') AS basis
FROM portal
