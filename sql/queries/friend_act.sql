-- Ask, accept, decline, withdraw, remove, block or unblock somebody. Asked by dashboards/queries/friends.py.
SELECT app.friend_act(%(other)s::bigint, %(act)s::text) AS became
