-- One row for each service that a system uses.
SELECT row, consumer,
       used->>'$.dichVu' AS service,
       used->>'$.tuNgay' AS since,
       used->>'$.denNgay' AS until
FROM (SELECT row, it->>'$.ma' AS consumer, unnest(from_json(it->'$.suDung', '["JSON"]')) AS used FROM he_thong)
