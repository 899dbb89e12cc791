-- Save a result, unless there are as many as there may be. Asked by dashboards/queries/similar.py, as the account.
INSERT INTO app.saved_result (saved_id, account_id, name, search, upload_id)
SELECT
    %(saved_id)s::text AS saved_id,
    nullif(current_setting('overtone.account_id', TRUE), '')::bigint AS account_id,
    %(name)s::text AS name,
    %(search)s::text AS search,
    %(upload_id)s::text AS upload_id
WHERE (SELECT count(*) FROM app.saved_result) < %(most)s::integer
RETURNING saved_id
