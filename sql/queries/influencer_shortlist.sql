-- This account's shortlist, the latest first; what is no longer suggested has a null name.
-- Asked by dashboards/queries/influencers.py. The tenant is set.
SELECT
    shortlist.influencer_id,
    shortlist.note,
    shortlist.added_at,
    influencer.name,
    influencer.handle,
    influencer.country,
    influencer.genre,
    influencer.followers,
    influencer.median_plays,
    influencer.synthetic
FROM app.shortlist
LEFT JOIN activity.influencer ON shortlist.influencer_id = influencer.influencer_id
ORDER BY shortlist.added_at DESC, shortlist.influencer_id
