-- Whether migrations have begun; before that there is no table of them. Asked by dashboards/queries/__init__.py.
SELECT to_regclass('ops.migration') IS NOT NULL AS begun
