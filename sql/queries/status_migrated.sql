-- Whether a migration is in. Asked by dashboards/queries/__init__.py, of the newest.
SELECT EXISTS(
    SELECT FROM ops.migration
    WHERE name = %(newest)s
) AS ready
