"""Every setting, read from the environment here and nowhere else.

=========================  =====================================================  =============================
variable                   what it is                                             default
=========================  =====================================================  =============================
OVERTONE_HOME              where the embedded Postgres, the local storage and     ``.overtone`` in the checkout
                           Airflow's home live; two homes run side by side
OVERTONE_DATABASE_URL      a Postgres 17 or later with pgvector                   embedded Postgres in the home
OVERTONE_APP_DATABASE_URL  the same for the app's pages: as a role in             the embedded Postgres's own,
                           overtone_app, which may do nothing else                else the one above
OVERTONE_STORAGE_URL       where ``landing/`` and ``lake/`` are, an fsspec URL    ``storage/`` in the home
OVERTONE_SPARK_MASTER      a Spark master                                         ``local[*]``
OVERTONE_APP_PORT          the app's port                                         8050
OVERTONE_AIRFLOW_PORT      Airflow's port                                         8080
OVERTONE_PROXIES           how many proxies stand before the app; their word is  0
                           taken for who asks, and whether over https
OVERTONE_OIDC_ISSUER       an OpenID Connect provider that people may log in by,  none
                           with OVERTONE_OIDC_CLIENT_ID and _CLIENT_SECRET;
                           OVERTONE_OIDC_NAME is what the login page calls it
OVERTONE_DEMO              1 while the demo runs: shows the demo's logins         0
OVERTONE_SYNTHETIC         what each night makes up and lands: ``activity``,      ``off``
                           listeners and listens over the catalogue that is
                           there; ``beside``, the same where real listens are;
                           ``world``, music and posts, too, as in the demo;
                           OVERTONE_SYNTHETIC_LISTENERS is how many there are in  5000
                           the end, OVERTONE_SYNTHETIC_SEED which world it is     1
OVERTONE_REAL_DATA         real music, posts and labels, for tests and        ``../shared/data`` beside the
                           measurements                                           checkout, if it is there
JAVA_HOME                  a Java 17 or later for Spark                           ``java`` on the PATH, else our own
=========================  =====================================================  =============================
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from etl.errors import SettingInvalid

CHECKOUT = Path(__file__).resolve().parent.parent
SQL = CHECKOUT / "sql"

SYNTHETIC = ("off", "activity", "beside", "world")


@dataclass(frozen=True)
class Oidc:
    """An OpenID Connect provider, and who we are to it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str


@dataclass(frozen=True)
class Synthetic:
    """What the nights make up."""

    kind: str = "off"  #: one of ``SYNTHETIC``
    listeners: int = 5_000
    seed: int = 1


@dataclass(frozen=True)
class Settings:
    """What a run needs to know about its surroundings."""

    home: Path
    storage_url: str
    database_url: str | None  #: None: the embedded Postgres of ``home``
    spark_master: str
    app_port: int
    airflow_port: int
    demo: bool
    real_data: Path | None = None  #: None: there is none; measurements make their own
    java_home: Path | None = None  #: None: ``java`` on the PATH, or the one that comes with the environment
    proxies: int = 0
    oidc: Oidc | None = None  #: None: people log in by their passwords alone
    synthetic: Synthetic = Synthetic()
    app_database_url: str | None = None  #: None: pages ask as the tables' owner, who becomes another for it

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings.

        Raises:
            SettingInvalid: a variable holds what it cannot hold.
        """
        home = Path(env.get("OVERTONE_HOME") or CHECKOUT / ".overtone").expanduser().absolute()
        storage_url = (env.get("OVERTONE_STORAGE_URL") or f"file://{home}/storage").rstrip("/")
        if "://" not in storage_url and not storage_url.startswith("/"):
            raise SettingInvalid(
                "OVERTONE_STORAGE_URL",
                f"{storage_url!r} is not a storage address",
                "Write it as file:///folder or s3://bucket/folder.",
            )
        return cls(
            home=home,
            storage_url=storage_url,
            database_url=_database(env, "OVERTONE_DATABASE_URL"),
            app_database_url=_database(env, "OVERTONE_APP_DATABASE_URL"),
            spark_master=env.get("OVERTONE_SPARK_MASTER") or "local[*]",
            app_port=_port(env, "OVERTONE_APP_PORT", 8050),
            airflow_port=_port(env, "OVERTONE_AIRFLOW_PORT", 8080),
            demo=env.get("OVERTONE_DEMO", "0") == "1",
            real_data=_folder(env.get("OVERTONE_REAL_DATA")),
            java_home=Path(env["JAVA_HOME"]) if env.get("JAVA_HOME") else None,
            proxies=_proxies(env.get("OVERTONE_PROXIES") or "0"),
            oidc=_oidc(env),
            synthetic=_synthetic(env),
        )

    def environment(self) -> dict[str, str]:
        """The variables that give a child process these same settings."""
        env = {
            "OVERTONE_HOME": str(self.home),
            "OVERTONE_STORAGE_URL": self.storage_url,
            "OVERTONE_SPARK_MASTER": self.spark_master,
            "OVERTONE_APP_PORT": str(self.app_port),
            "OVERTONE_AIRFLOW_PORT": str(self.airflow_port),
            "OVERTONE_DEMO": "1" if self.demo else "0",
            "OVERTONE_SYNTHETIC": self.synthetic.kind,
            "OVERTONE_SYNTHETIC_LISTENERS": str(self.synthetic.listeners),
            "OVERTONE_SYNTHETIC_SEED": str(self.synthetic.seed),
        }
        optional = {
            "OVERTONE_DATABASE_URL": self.database_url,
            "OVERTONE_APP_DATABASE_URL": self.app_database_url,
            "OVERTONE_REAL_DATA": self.real_data,
            "JAVA_HOME": self.java_home,
            "OVERTONE_PROXIES": self.proxies,
            **(
                {f"OVERTONE_OIDC_{name.upper()}": value for name, value in vars(self.oidc).items()} if self.oidc else {}
            ),
        }
        return env | {name: str(value) for name, value in optional.items() if value}


def _database(env: Mapping[str, str], name: str) -> str | None:
    url = env.get(name) or None
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise SettingInvalid(name, "it is not a Postgres address", "Write it as postgresql://user:password@host/name.")
    return url


def _folder(named: str | None) -> Path | None:
    folder = Path(named).expanduser().absolute() if named else CHECKOUT.parent / "shared" / "data"
    if folder.is_dir():
        return folder
    if named:
        raise SettingInvalid("OVERTONE_REAL_DATA", f"{named!r} is not a folder", "Name the folder that holds the data.")
    return None


def _proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > 9:
        raise SettingInvalid("OVERTONE_PROXIES", f"{text!r} is not how many proxies there are", "Give 0, 1 or 2.")
    return int(text)


def _oidc(env: Mapping[str, str]) -> Oidc | None:
    names = [f"OVERTONE_OIDC_{name}" for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")]
    given = [env.get(name) or "" for name in names]
    if not any(given):
        return None
    for name, value in zip(names, given, strict=True):
        if not value:
            raise SettingInvalid(name, "it is missing, and the others are there", "Give all three, or none.")
    issuer = urlsplit(given[0])
    if not issuer.hostname or not (issuer.scheme == "https" or issuer.hostname in ("127.0.0.1", "localhost")):
        raise SettingInvalid(names[0], f"{given[0]!r} is not an https address", "Write it as https://host/path.")
    return Oidc(given[0], given[1], given[2], env.get("OVERTONE_OIDC_NAME") or issuer.hostname)


def _synthetic(env: Mapping[str, str]) -> Synthetic:
    kind = env.get("OVERTONE_SYNTHETIC") or "off"
    if kind not in SYNTHETIC:
        raise SettingInvalid("OVERTONE_SYNTHETIC", f"{kind!r} is nothing to make", f"Give {', '.join(SYNTHETIC)}.")
    usual = Synthetic()
    listeners = _whole(env, "OVERTONE_SYNTHETIC_LISTENERS", usual.listeners, 1, 10_000_000)
    return Synthetic(kind, listeners, _whole(env, "OVERTONE_SYNTHETIC_SEED", usual.seed, 0, 2**31))


def _whole(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and low <= int(text) <= high):
        raise SettingInvalid(name, f"{text!r} is no number from {low} to {high}", f"Leave it out for {default}.")
    return int(text)


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingInvalid(name, f"{text!r} is not a port", "Give a number from 1 to 65535.")
    return int(text)
