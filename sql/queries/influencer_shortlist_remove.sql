-- Take a creator off this account's shortlist; a row when they were on it.
-- Asked by dashboards/queries/influencers.py. The tenant is set.
DELETE FROM app.shortlist
WHERE influencer_id = %(influencer_id)s::text
RETURNING influencer_id
