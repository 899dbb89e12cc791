"""Accounts: who may log in, with which password, as what."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import session
from flask_login import UserMixin, current_user, login_user

from dashboards.queries import ready, sql
from etl.errors import ArgumentInvalid
from etl.store.warehouse import Warehouse

ROLES = ("artist", "listener", "operator")
SHORTEST_PASSWORD = 12
BEGAN, SEEN = "began", "seen"  #: when a session began, and when its person did something last; s since 1970

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
    listener_id: int | None = None
    session_key: str = field(default="", repr=False)  #: another one ends every session

    def get_id(self) -> str:
        """What the session cookie remembers."""
        return f"{self.account_id}.{self.session_key}"


@dataclass(frozen=True)
class DemoAccount:
    """A login that the demo shows to everybody; it is dead outside the demo."""

    login: str
    password: str
    role: str
    display_name: str
    artist_id: int | None = None  #: of the demo's catalogue
    listener_id: int | None = None  #: of the demo's made listeners, who are the same each time


DEMO_ACCOUNTS = (
    DemoAccount("ada", "first-partial-440", "artist", "Ada", 171),
    DemoAccount("bruno", "second-partial-880", "artist", "Bruno", 255),
    DemoAccount("lena", "third-partial-1320", "listener", "Lena", listener_id=1670),
    DemoAccount("mika", "fifth-partial-2200", "listener", "Mika", listener_id=4413),
    DemoAccount("olga", "fourth-partial-1760", "operator", "Olga"),
)


def add_account(
    warehouse: Warehouse,
    login: str,
    password: str | None,
    role: str,
    display_name: str = "",
    artist_id: int | None = None,
    listener_id: int | None = None,
) -> None:
    """Let somebody log in; a login that is there gets the new password, role and name, and its sessions end.

    Args:
        password: None for who logs in by the identity provider alone.
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
    if password is not None:
        _long_enough(login, password)
    _write(warehouse, login, password, role, display_name or login, artist_id, listener_id, demo=False)


def change_password(warehouse: Warehouse, account: Account, password: str) -> None:
    """Give an account another password; its sessions end. The demo's keep theirs, which all its visitors share.

    Raises:
        ArgumentInvalid: it is too short.
    """
    _long_enough(account.login, password)
    warehouse.execute(
        sql("account_password"), {"account_id": account.account_id, "password_hash": _hasher.hash(password)}
    )


def end_sessions(warehouse: Warehouse, login: str) -> None:
    """Log an account out wherever it is logged in.

    Raises:
        ArgumentInvalid: nobody has this login.
    """
    _found(login, warehouse.execute(sql("account_end_sessions"), {"login": login.strip().lower()}))


def remove_account(warehouse: Warehouse, login: str) -> None:
    """Let somebody log in no more, and forget what belongs to the account.

    Raises:
        ArgumentInvalid: nobody has this login.
    """
    _found(login, warehouse.execute(sql("account_remove"), {"login": login.strip().lower()}))


def accounts(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Who may log in, as what, and how; by login."""
    return warehouse.query(sql("account_list"))


def ensure_demo_accounts(warehouse: Warehouse) -> None:
    """Make the demo's logins, or set them back to what the login page shows; right ones keep their sessions."""
    for demo in DEMO_ACCOUNTS:
        known = log_in(warehouse, demo.login, demo.password, demo=True)
        rest = (demo.role, demo.display_name, demo.artist_id, demo.listener_id)
        is_right = known and known.demo and (known.role, known.display_name, known.artist_id, known.listener_id) == rest
        if not is_right:
            _write(warehouse, demo.login, demo.password, *rest, demo=True)


def log_in(warehouse: Warehouse, login: str, password: str, demo: bool) -> Account | None:
    """The account of this login if the password is its own, else None.

    Args:
        demo: whether the demo runs; without it the demo's accounts do not exist.
    """
    login = login.strip().lower()
    rows = warehouse.query(sql("account_by_login"), {"login": login, "demo": demo}) if _LOGIN.fullmatch(login) else []
    password_hash = rows[0].pop("password_hash") if rows else None
    try:
        _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    return Account(**rows[0]) if password_hash else None


def log_in_as(warehouse: Warehouse, issuer: str, subject: str, login: str) -> Account | None:
    """The account of somebody whom the identity provider vouches for; None when there is none for them.

    The first who comes with a login owns it from then on: a provider may give an address to somebody else.

    Args:
        issuer: the provider.
        subject: what it calls the person, always.
        login: what it calls the person now.
    """
    rows = warehouse.query(
        sql("account_by_identity"), {"identity": f"{issuer} {subject}", "login": login.strip().lower()}
    )
    return Account(**rows[0]) if rows else None


def account(warehouse: Warehouse, session: str, demo: bool) -> Account | None:
    """The account that a session cookie names, or None when it is gone or has ended its sessions."""
    account_id, _, session_key = session.partition(".")
    if not ready(warehouse):
        return None
    known = {"account_id": account_id, "session_key": session_key, "demo": demo}
    rows = warehouse.query(sql("account_by_id"), known)
    return Account(**rows[0]) if rows else None


def begin_session(account: Account) -> None:
    """Log somebody in with this request, in a session that has nothing of the one before."""
    session.clear()
    session.permanent = True
    session[BEGAN] = session[SEEN] = int(time.time())
    login_user(account)


def page_of_ours(wanted: str) -> str:
    """Where somebody wanted to go, if that is a page of ours; else the first."""
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/"


def who() -> Account | None:
    """The account that this request comes from; None outside a request or a login."""
    user: Any = current_user
    return user._get_current_object() if user and user.is_authenticated else None


def _long_enough(login: str, password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise ArgumentInvalid(
            f"the password of {login!r}", f"it is shorter than {SHORTEST_PASSWORD} characters", "Choose a longer one."
        )


def _found(login: str, rows: int) -> None:
    if not rows:
        raise ArgumentInvalid(f"login {login!r}", "nobody has it", "See `overtone account list`.")


def _write(
    warehouse: Warehouse,
    login: str,
    password: str | None,
    role: str,
    display_name: str,
    artist_id: int | None,
    listener_id: int | None,
    demo: bool,
) -> None:
    warehouse.execute(
        sql("account_write"),
        {
            "login": login,
            "password_hash": None if password is None else _hasher.hash(password),
            "role": role,
            "artist_id": artist_id,
            "listener_id": listener_id,
            "display_name": display_name,
            "demo": demo,
        },
    )
