-- People by a part of their name, three letters or more. Asked by dashboards/queries/friends.py.
SELECT
    listener_id,
    name,
    country,
    in_common,
    state
FROM app.find_people(%(words)s::text)
