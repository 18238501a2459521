-- Grants: what was agreed to, with the days of its beginning and end.
SELECT asked.row, code, requester, purpose, TU_NGAY AS valid_from, DEN_NGAY AS valid_until
FROM asked
JOIN requests ON requests.row = asked.row
WHERE asked.decision = 'approved'
