-- Let a part of the lake hold, and the folder that held before hold nothing. Asked by etl/store/parts.py.
INSERT INTO ops.lake_gone (folder)
SELECT folder
FROM ops.lake
WHERE name = %(name)s AND part = %(part)s AND folder <> %(folder)s
ON CONFLICT DO NOTHING;

DELETE FROM ops.lake_gone
WHERE folder = %(folder)s;

INSERT INTO ops.lake (name, part, folder, rows, synthetic, content)
VALUES (%(name)s, %(part)s, %(folder)s, %(rows)s, %(synthetic)s, %(content)s)
ON CONFLICT (name, part) DO UPDATE
    SET (folder, rows, synthetic, content) = (excluded.folder, excluded.rows, excluded.synthetic, excluded.content)
