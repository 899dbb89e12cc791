"""Accounts: who may log in, with which password, as what."""

import hashlib
import re
import secrets
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import session
from flask_login import UserMixin, current_user, login_user
from zxcvbn import zxcvbn

from dashboards import device
from dashboards.queries import ready, sql
from etl.errors import ArgumentInvalid
from etl.store.warehouse import Warehouse

ROLES = ("artist", "listener", "operator")
SHORTEST_PASSWORD = 12
HARD = 3  #: of zxcvbn's scores 0 … 4: not guessed in 10⁸ tries by who knows what people choose
JUDGED = 24  #: characters of a password that are: time grows with the cube and more, to 10 s for 72 that look like l33t
SESSION = timedelta(hours=12)  #: after which a session ends, whatever happens in it
BEGAN, SEEN = "began", "seen"  #: when a session began, and when its person did something last; s since 1970
OF = "of"  #: whose session it is, by number, for who has to know before the warehouse is asked

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
# A browser takes // for the beginning of another host, a backslash for a slash, and leaves out tabs and line breaks
# (https://url.spec.whatwg.org/#concept-basic-url-parser): none of them is in an address of ours.
_PATH = re.compile(r"/(?!/)[^\x00-\x20\x7f-\x9f\\\ud800-\udfff]*")
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
    session: str = field(default="", repr=False)  #: that this request is part of; only its cookie knows it

    def get_id(self) -> str:
        """What the session cookie remembers."""
        return self.session


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
        ArgumentInvalid: the login is malformed or a demo login, the role is unknown or the password is short or easy.
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
        hard_enough(login, display_name, password)
    _write(warehouse, login, password, role, display_name or login, artist_id, listener_id, demo=False)


def change_password(warehouse: Warehouse, account: Account, password: str) -> None:
    """Give an account another password; its sessions end. The demo's keep theirs, which all its visitors share.

    Raises:
        ArgumentInvalid: it is too short or too easy.
    """
    hard_enough(account.login, account.display_name, password)
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
    """The account whose session this is, or None when the session or the account is over."""
    if not ready(warehouse):
        return None
    rows = warehouse.query(sql("account_by_session"), {"session_id": _hidden(session), "demo": demo})
    return Account(**rows[0], session=session) if rows else None


def begin_session(warehouse: Warehouse, account: Account) -> None:
    """Log somebody in with this request, in a session that has nothing of the one before; this browser is known now."""
    end_session(warehouse)
    fresh = secrets.token_urlsafe(32)
    lasts = {"account_id": account.account_id, "seconds": SESSION.total_seconds()}
    warehouse.execute(sql("session_begin"), {"session_id": _hidden(fresh), **lasts})
    session.permanent = True
    session[BEGAN] = session[SEEN] = int(time.time())
    session[OF] = account.account_id
    login_user(replace(account, session=fresh))
    device.remember(account.login)


def end_session(warehouse: Warehouse) -> None:
    """End the session of this request, for a copy of its cookie as well."""
    if "_user_id" in session and ready(warehouse):
        warehouse.execute(sql("session_end"), {"session_id": _hidden(session["_user_id"])})
    session.clear()


def page_of_ours(wanted: str) -> str:
    """Where somebody wanted to go, if that is a page of ours; else the first."""
    return wanted if _PATH.fullmatch(wanted) else "/"


def who() -> Account | None:
    """The account that this request comes from; None outside a request or a login."""
    user: Any = current_user
    return user._get_current_object() if user and user.is_authenticated else None


def hard_enough(login: str, name: str, password: str) -> None:
    """Refuse a password that is short, or soon guessed by who knows whose it is and what people choose.

    Raises:
        ArgumentInvalid: with the reason.
    """
    thing = f"the password of {login!r}"
    if len(password) < SHORTEST_PASSWORD:
        raise ArgumentInvalid(thing, f"it is shorter than {SHORTEST_PASSWORD} characters", "Choose a longer one.")
    words = {login, *re.split(r"\W+", f"{login} {name} overtone".lower())}
    known = sorted((word for word in words if len(word) > 2), key=len, reverse=True)
    rest = re.sub("|".join(map(re.escape, known)), "", password.lower())
    if len(rest) < 8 or zxcvbn(password[:JUDGED], user_inputs=known)["score"] < HARD:
        raise ArgumentInvalid(
            thing,
            "it is soon guessed: a common word, a name, or the same over and over",
            "Choose some words by chance.",
        )


def _hidden(session: str) -> bytes:
    """A session as the warehouse knows it: who reads the table cannot make a cookie of it."""
    return hashlib.sha256(session.encode()).digest()


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
