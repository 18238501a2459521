-- Each value with the slug of its indicator.
SELECT vietnam.row, slug || '-' || measure AS slug, measure AS unit, survey, value, ranked, published_on, source
FROM vietnam
JOIN indices USING ("index")
