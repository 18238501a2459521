-- vi: Số người hưởng trợ cấp của một xã không đổi suốt ba tháng liền: có thể số liệu được chép lại.
-- en: A commune's number of beneficiaries is the same for three months on end: it may have been copied.
-- severity: info
WITH known AS (
    SELECT row, MA_XA, GIA_TRI, THANG,
           lag(GIA_TRI, 1) OVER months AS before, lag(GIA_TRI, 2) OVER months AS earlier
    FROM figures
    WHERE MA_CT = 'BTXH01'
    WINDOW months AS (PARTITION BY MA_XA ORDER BY THANG[4:] || THANG[:2])
)
SELECT row, MA_XA AS value, THANG AS note
FROM known
WHERE GIA_TRI = before AND before = earlier
