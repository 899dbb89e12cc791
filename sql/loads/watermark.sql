-- Say that a table is complete to a day. Asked by etl/store/loads.py.
-- table: its name; through: the day; back: whether it may be an earlier day than before.
INSERT INTO ops.watermark AS w (table_name, through)
VALUES (%(table)s, %(through)s)
ON CONFLICT (table_name) DO UPDATE SET
    through = excluded.through,
    updated_at = now()
WHERE excluded.through > w.through OR %(back)s
