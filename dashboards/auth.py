"""Accounts: who may log in, with which password, as what."""

import re
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_login import UserMixin, current_user

from dashboards.queries import ready, sql
from etl.errors import ArgumentInvalid
from etl.warehouse import Warehouse

ROLES = ("artist", "listener", "operator")
SHORTEST_PASSWORD = 12

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_hasher = PasswordHasher()
# A login that does not exist is checked against this, so that both answers take as long.
_NOBODY = _hasher.hash("nobody has this password")


@dataclass(frozen=True)
class Account(UserMixin):
    """Somebody who may log in."""

    account_id: int
    login: str
    role: str
    display_name: str
    artist_id: int | None
    demo: bool

    def get_id(self) -> str:
        """What the session cookie remembers."""
        return str(self.account_id)


@dataclass(frozen=True)
class DemoAccount:
    """A login that the demo shows to everybody; it is dead outside the demo."""

    login: str
    password: str
    role: str
    display_name: str
    artist_id: int | None = None  #: of the demo's catalogue


DEMO_ACCOUNTS = (
    DemoAccount("ada", "first-partial-440", "artist", "Ada", 178),
    DemoAccount("bruno", "second-partial-880", "artist", "Bruno", 367),
    DemoAccount("lena", "third-partial-1320", "listener", "Lena"),
    DemoAccount("olga", "fourth-partial-1760", "operator", "Olga"),
)


def add_account(
    warehouse: Warehouse, login: str, password: str, role: str, display_name: str = "", artist_id: int | None = None
) -> None:
    """Let somebody log in; a login that is there gets the new password, role and name.

    Raises:
        ArgumentInvalid: the login is malformed or a demo login, the role is unknown or the password is short.
    """
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise ArgumentInvalid(
            f"login {login!r}",
            "it is not 1 to 64 of a-z, 0-9 and . _ @ + -",
            "Choose another, such as an e-mail address.",
        )
    if login in {demo.login for demo in DEMO_ACCOUNTS}:
        raise ArgumentInvalid(f"login {login!r}", "the demo's logins have that name", "Choose another.")
    if role not in ROLES:
        raise ArgumentInvalid(f"role {role!r}", "there is no such role", f"Choose one of {', '.join(ROLES)}.")
    if len(password) < SHORTEST_PASSWORD:
        raise ArgumentInvalid(
            f"the password of {login!r}", f"it is shorter than {SHORTEST_PASSWORD} characters", "Choose a longer one."
        )
    _write(warehouse, login, password, role, display_name or login, artist_id, demo=False)


def ensure_demo_accounts(warehouse: Warehouse) -> None:
    """Make the demo's logins, or set them back to what the login page shows."""
    for demo in DEMO_ACCOUNTS:
        _write(warehouse, demo.login, demo.password, demo.role, demo.display_name, demo.artist_id, demo=True)


def log_in(warehouse: Warehouse, login: str, password: str, demo: bool) -> Account | None:
    """The account of this login if the password is its own, else None.

    Args:
        demo: whether the demo runs; without it the demo's accounts do not exist.
    """
    rows = warehouse.query(sql("account_by_login"), {"login": login.strip().lower(), "demo": demo})
    password_hash = rows[0].pop("password_hash") if rows else _NOBODY
    try:
        _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return None
    return Account(**rows[0]) if rows else None


def account(warehouse: Warehouse, account_id: str, demo: bool) -> Account | None:
    """The account that a session cookie names, or None when it is gone."""
    if not ready(warehouse):
        return None
    rows = warehouse.query(sql("account_by_id"), {"account_id": account_id, "demo": demo})
    return Account(**rows[0]) if rows else None


def who() -> Account | None:
    """The account that this request comes from; None outside a request or a login."""
    user: Any = current_user
    return user._get_current_object() if user and user.is_authenticated else None


def _write(
    warehouse: Warehouse, login: str, password: str, role: str, display_name: str, artist_id: int | None, demo: bool
) -> None:
    warehouse.execute(
        sql("account_write"),
        {
            "login": login,
            "password_hash": _hasher.hash(password),
            "role": role,
            "artist_id": artist_id,
            "display_name": display_name,
            "demo": demo,
        },
    )
