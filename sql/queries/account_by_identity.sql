-- The account of an identity that a provider vouches for: the one it is bound to already, else the one with this login
-- that belongs to no other identity, bound to it from now on. Asked by dashboards/auth.py. The demo's have none.
UPDATE app.account AS a SET identity = %(identity)s
WHERE
    NOT a.demo AND CASE
        WHEN
            EXISTS (
                SELECT FROM app.account AS known
                WHERE known.identity = %(identity)s
            )
            THEN a.identity = %(identity)s
        ELSE a.login = %(login)s AND a.identity IS NULL
    END
RETURNING
    a.account_id,
    a.login,
    a.role,
    a.artist_id,
    a.listener_id,
    a.display_name,
    a.demo
