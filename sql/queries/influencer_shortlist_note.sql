-- Write a note beside a creator on this account's shortlist; a row when there is one.
-- Asked by dashboards/queries/influencers.py. The tenant is set.
UPDATE app.shortlist
SET note = %(note)s::text
WHERE influencer_id = %(influencer_id)s::text
RETURNING influencer_id
