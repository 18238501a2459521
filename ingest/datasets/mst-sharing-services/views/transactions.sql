-- Transactions by month and service, the file's columns under the names that the map uses.
SELECT row, ky AS period, ma_dich_vu AS service, so_giao_dich AS value, ngay_cong_bo AS published_on
FROM giao_dich
