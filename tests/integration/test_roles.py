"""As whom Postgres is asked: nobody is a superuser, and what a page's question is made to say finds no way out."""

import psycopg2
import pytest

from etl.errors import SettingInvalid
from etl.machine import postgres
from etl.store.tenant import BECOME
from etl.store.warehouse import Warehouse

HASHES = "SELECT password_hash FROM app.account"

#: What whoever could write into a page's question would try.
ATTEMPTS = {
    "hashes": HASHES,
    "hashes as the owner again": f"SELECT 1; RESET ROLE; {HASHES}",
    "hashes as the session": f"SELECT 1; SET SESSION AUTHORIZATION DEFAULT; {HASHES}",
    "hashes as the owner by name": f"SELECT 1; SET ROLE overtone; {HASHES}",
    "hashes in one statement": "SELECT set_config('role', 'none', TRUE),"
    " ts_stat('SELECT to_tsvector(password_hash) FROM app.account')",
    "sessions": "SELECT session_key FROM app.account",
    "an account": "SELECT 1; UPDATE app.account SET role = 'operator'",
    "attempts": "SELECT 1; DELETE FROM app.attempt",
    "roles' passwords": "SELECT rolpassword FROM pg_authid",
    "refused rows": "SELECT raw FROM ops.quarantine",
    "where listens are": "SELECT * FROM ops.lake",
    "where listens were": "SELECT * FROM ops.lake_gone",
    "other listens": "UPDATE ops.lake SET folder = 'lake/mine'",
    "a partition": "SELECT * FROM core.track_feature_rock",
    "a program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "a file": "SELECT pg_read_file('/etc/hostname')",
    "a folder": "SELECT pg_ls_dir('.')",
    "a file as a large object": "SELECT lo_import('/etc/hostname')",
    "another server": "CREATE EXTENSION dblink",
    "pgvector's": "DROP EXTENSION vector",
    "myself": "ALTER ROLE overtone_pages SUPERUSER",
    "the owner": "ALTER ROLE overtone PASSWORD 'x'",
    "another role": "CREATE ROLE more",
    "a table": "CREATE TABLE app.mine (a int)",
    "a function": "CREATE FUNCTION public.me() RETURNS int LANGUAGE sql RETURN 1",
    "a policy": "ALTER TABLE mart.audience NO FORCE ROW LEVEL SECURITY",
    "a policy's end": "DROP POLICY tenant ON mart.audience",
    "the log": "SET log_statement = 'all'",
    "the server": "SELECT pg_reload_conf()",
}


@pytest.fixture(scope="module")
def shared(new_database, database_home):
    """One migrated warehouse: what is tried here leaves nothing."""
    url = new_database()
    pages = postgres.database_url(database_home, url.rpartition("/")[2], postgres.PAGES)
    warehouse = Warehouse(url, pages_url=pages)
    warehouse.execute(
        "INSERT INTO app.account (login, password_hash, role, display_name) VALUES ('ann', 'h', 'operator', 'Ann')"
    )
    return warehouse


OTHERS = {
    "listener": ("overtone.listener_id", "2", "SELECT listener_id AS whose FROM mart.taste", {"listener_id": 1}),
    "artist": ("overtone.artist_id", "2", "SELECT artist_id AS whose FROM mart.audience_day", {"artist_id": 1}),
    "account": ("overtone.account_id", "2", "SELECT account_id AS whose FROM app.consent", {"account_id": 1}),
}


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("as_pages", [True, False], ids=["pages", "owner"])
def test_a_question_that_names_another_tenant_sees_nobody(warehouse: Warehouse, kind: str, as_pages: bool) -> None:
    warehouse.execute(
        "INSERT INTO app.account (login, password_hash, role, display_name) VALUES ('a', '', 'artist', ''),"
        " ('b', '', 'artist', '');"
        "INSERT INTO app.consent (account_id, what) VALUES (1, 'tiktok'), (2, 'tiktok');"
        "INSERT INTO mart.taste SELECT n, '{}', '{}', array_fill(0, ARRAY[16]), '{}', now()"
        " FROM generate_series(1, 2) AS n;"
        "INSERT INTO mart.audience_day SELECT n, 0, '2020-12-20', 10, 10 FROM generate_series(1, 2) AS n"
    )
    name, other, rows, own = OTHERS[kind]
    asks = warehouse.for_pages() if as_pages else warehouse
    assert asks.query_as(rows, {}, **own) == [{"whose": 1}]
    as_another = f"SELECT set_config('{name}', '{other}', TRUE)"
    with asks.transaction() as cursor:
        cursor.execute(BECOME, asks.tenant(cursor, **own))
        cursor.execute(rows)
        assert cursor.fetchall() == [{"whose": 1}]
        cursor.execute(as_another)
        cursor.execute(rows)
        assert cursor.fetchall() == []
        cursor.execute("SELECT set_config('overtone.seal', 'sesame', TRUE)")
        cursor.execute(rows)
        assert cursor.fetchall() == []
    with asks.transaction() as one, asks.transaction() as another:  # what is seen of another session opens nothing
        another.execute(BECOME, asks.tenant(one, **own))
        another.execute(rows)
        assert another.fetchall() == []


def test_every_policy_and_every_function_that_may_more_asks_for_a_sealed_tenant(shared: Warehouse) -> None:
    unsealed = """
        SELECT policyname || ' on ' || tablename AS name FROM pg_policies
        WHERE 'overtone_app' = ANY (roles) AND concat(qual, with_check) LIKE '%current_setting%'
        UNION ALL
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE prosecdef AND prosrc LIKE '%current_setting%' AND oid <> 'app.sealed'::regproc"""
    assert shared.query(unsealed) == []


def test_the_seal_is_kept_from_pages(shared: Warehouse) -> None:
    with pytest.raises(SettingInvalid, match="permission denied for table seal"):
        shared.for_pages().query("SELECT * FROM ops.seal")


def test_what_other_sessions_ask_is_not_seen(shared: Warehouse) -> None:
    pages = shared.for_pages()
    with pages.transaction() as cursor:
        cursor.execute("SELECT 'what somebody searches for'")
        seen = pages.query("SELECT query FROM pg_stat_activity WHERE query LIKE '%somebody searches%'")
    assert seen == []


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_pages_question_finds_no_way_out(shared: Warehouse, name: str) -> None:
    pages = shared.for_pages()
    for way in (pages.query, lambda sql: pages.query_as(sql, {}, account_id=1)):
        with pytest.raises((SettingInvalid, psycopg2.Error)) as refused:
            way(ATTEMPTS[name])
        said = str(refused.value.__cause__ or refused.value)
        # PREPARE takes no other statements than SELECT and the like, which is a way out less.
        assert "permission denied" in said or "must be owner" in said or "syntax error" in said, said
    assert shared.query("SELECT login, password_hash, role FROM app.account") == [
        {"login": "ann", "password_hash": "h", "role": "operator"}
    ]
