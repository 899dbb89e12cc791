-- Everybody who may be suggested, by id; they are compared with each other.
-- Asked by dashboards/queries/influencers.py.
SELECT
    influencer_id,
    creator_id,
    handle,
    name,
    country,
    genre,
    tier,
    followers,
    videos,
    median_plays,
    median_likes,
    median_comments,
    median_shares,
    genre_shares,
    audience_countries,
    audience_shares,
    synthetic
FROM activity.influencer
ORDER BY influencer_id
