-- Make a transaction the app's own, for a tenant ('' where there is none). Asked by etl/store/tenant.py.
SELECT
    set_config('role', 'overtone_app', TRUE) AS role,
    set_config('overtone.artist_id', %(tenant_artist)s, TRUE) AS artist,
    set_config('overtone.listener_id', %(tenant_listener)s, TRUE) AS listener,
    set_config('overtone.account_id', %(tenant_account)s, TRUE) AS account,
    set_config('overtone.seal', %(tenant_seal)s, TRUE) AS seal,
    set_config('plan_cache_mode', 'force_generic_plan', TRUE) AS plans
