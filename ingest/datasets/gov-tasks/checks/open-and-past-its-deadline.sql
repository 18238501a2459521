-- vi: Nhiệm vụ ghi là chưa hoặc đang thực hiện nhưng đã quá hạn, tính đến ngày mới nhất trong tệp: phải ghi là quá hạn.
-- en: A task is said to be open and in time, but its deadline has passed on the latest day in the file: it is overdue.
-- severity: warning
SELECT row, code AS value, due AS note
FROM coded
WHERE status IN ('not-started', 'in-progress')
  AND due < (SELECT greatest(max(assigned), max(completed)) FROM coded)
ORDER BY row
