-- What an artist's listeners like more than others do. Asked by dashboards/queries/audience.py. The tenant is set.
SELECT
    i.kind, i.item, coalesce(t.title, i.item) AS title, t.artist_name, i.share, i.of_all, i.lift, i.low, i.high,
    i.through, coalesce(t.synthetic, FALSE) AS synthetic
FROM mart.interest AS i
LEFT JOIN core.track AS t ON i.kind = 'track' AND t.track_id = CASE WHEN i.kind = 'track' THEN i.item::integer END
ORDER BY i.kind, i.low DESC, i.item
