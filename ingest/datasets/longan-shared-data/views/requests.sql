-- Requests, one row for each purpose. The store's abbreviations of agencies are those of the Government before March 2025; one that is
-- not known is kept, so that the shapes find it.
WITH known(abbreviation, slug) AS (
    VALUES ('BLDTBXH', 'molisa'), ('BYT', 'moh'), ('BTC', 'mof'), ('BGDDT', 'moet'),
           ('BKHDT', 'mpi'), ('BCA', 'mps'), ('BHXH', 'vss'), ('BTTTT', 'mic')
),
purposes(abbreviation, notation) AS (
    VALUES ('TK', 'statistics'), ('QLNN', 'state-management'), ('DH', 'policy-making'),
           ('TTHC', 'public-service'), ('TTKT', 'inspection'), ('NC', 'research')
),
decisions(word, notation) AS (
    VALUES ('Dong y', 'approved'), ('Tu choi', 'refused'), ('Rut', 'withdrawn')
),
asked AS (
    SELECT *, unnest(string_split(MUC_DICH, ';')) AS purpose FROM requests
)
SELECT asked.row, SO_YC AS code, coalesce(known.slug, MA_CQ) AS requester, coalesce(purposes.notation, purpose) AS purpose,
       NGAY_YC AS requested_on, coalesce(decisions.notation, KET_QUA) AS decision, NGAY_XL AS decided_on
FROM asked
LEFT JOIN known ON known.abbreviation = MA_CQ
LEFT JOIN purposes ON purposes.abbreviation = purpose
LEFT JOIN decisions ON decisions.word = KET_QUA
