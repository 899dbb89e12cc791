-- Whether the tables that pages read are there yet: they are not before the first migration.
-- Asked by dashboards/queries/status.py and dashboards/queries/similar.py.
SELECT
    to_regclass('core.track_match') IS NOT NULL
    AND to_regclass('core.track_vector') IS NOT NULL
    AND to_regclass('ops.load') IS NOT NULL
    AND to_regclass('ops.quarantine') IS NOT NULL
    AND to_regclass('ops.watermark') IS NOT NULL
    AND to_regclass('app.account') IS NOT NULL AS ready
