-- Put a creator on this account's shortlist, if there is one of this id and the list has room; a row when it is new.
-- Asked by dashboards/queries/influencers.py. The tenant is set. influencer_id; most: how long a list may be.
INSERT INTO app.shortlist (account_id, influencer_id)
SELECT
    nullif(current_setting('overtone.account_id', TRUE), '')::bigint AS account_id,
    influencer_id
FROM activity.influencer
WHERE
    influencer_id = %(influencer_id)s::text
    AND (SELECT count(*) FROM app.shortlist) < %(most)s::integer
ON CONFLICT DO NOTHING
RETURNING influencer_id
