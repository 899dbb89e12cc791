-- Write the books of a load. Asked by etl/store/loads.py. The columns are given; table: its name.
INSERT INTO ops.load (job, day, table_name, rows_in, inserted, updated, unchanged, quarantined, started_at)
VALUES (
    %(job)s, %(day)s, %(table)s, %(rows_in)s, %(inserted)s, %(updated)s, %(unchanged)s, %(quarantined)s, %(started_at)s
)
