-- vi: Thứ hạng không phải số nguyên trong phạm vi số nước được xếp hạng.
-- en: A rank is no whole number within the countries ranked.
-- severity: violation
SELECT row, value, ranked AS note
FROM vietnam
WHERE measure = 'rank' AND (try_cast(value AS INTEGER) IS NULL OR try_cast(value AS INTEGER) > coalesce(ranked::INTEGER, 193))
ORDER BY row
