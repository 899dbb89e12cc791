"""How the app asks for a tenant: under its own role, by questions that a connection plans once."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from etl.settings import SQL

#: Makes a transaction the app's own, for the tenant that `sealed` gives.
BECOME = (SQL / "queries/become.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Plan:
    """A question as a prepared statement."""

    name: str  #: the same for the same text
    prepare: str
    execute: str  #: takes the question's own named parameters


def named(
    artist_id: int | None = None, listener_id: int | None = None, account_id: int | None = None
) -> dict[str, str]:
    """A tenant as parameters of `BECOME`; without any, nobody.

    >>> named(listener_id=7)
    {'tenant_artist': '', 'tenant_listener': '7', 'tenant_account': ''}
    """
    tenant = {"tenant_artist": artist_id, "tenant_listener": listener_id, "tenant_account": account_id}
    return {name: "" if value is None else str(value) for name, value in tenant.items()}


def sealed(named: dict[str, str], key: bytes, session: int) -> dict[str, str]:
    """A tenant with the seal by which ``app.sealed`` (sql/migrations/0018_pages.sql) knows that we named it.

    Args:
        named: from `named`.
        key: of ``ops.seal``.
        session: the process id of the connection's server; in another one the seal says nothing.
    """
    told = " ".join([str(session), *(f"'{value}'" for value in named.values())]).encode()
    return {**named, "tenant_seal": sha256(key + sha256(key + told).digest()).hexdigest()}


@cache
def plan(sql: str) -> Plan:
    """A question with named parameters, to be prepared.

    >>> plan("SELECT %(a)s::integer, %(b)s::text, %(a)s::integer").prepare.partition(" AS ")[2]
    'SELECT $1::integer, $2::text, $1::integer'
    """
    names = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
    for number, name in enumerate(names, start=1):
        sql = sql.replace(f"%({name})s", f"${number}")
    sql = sql.replace("%%", "%")
    plan = f"plan_{hashlib.md5(sql.encode(), usedforsecurity=False).hexdigest()[:16]}"
    arguments = f"({', '.join(f'%({name})s' for name in names)})" if names else ""
    return Plan(plan, f"PREPARE {plan} AS {sql}", f"EXECUTE {plan} {arguments}")
