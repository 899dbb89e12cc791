"""Settings: what the environment says, what it may leave out, and what it cannot say."""

from pathlib import Path

import pytest

from etl.errors import SettingInvalid
from etl.settings import CHECKOUT, Oidc, Settings, Synthetic

BESIDE = CHECKOUT.parent / "shared" / "data"


def test_an_empty_environment_is_enough() -> None:
    settings = Settings.from_env({})
    assert settings == Settings(
        home=CHECKOUT / ".overtone",
        storage_url=f"file://{CHECKOUT}/.overtone/storage",
        database_url=None,
        spark_master="local[*]",
        app_port=8050,
        airflow_port=8080,
        demo=False,
        real_data=BESIDE if BESIDE.is_dir() else None,
    )


def test_an_empty_variable_is_an_absent_one() -> None:
    names = ("HOME", "DATABASE_URL", "STORAGE_URL", "SPARK_MASTER", "APP_PORT", "AIRFLOW_PORT", "DEMO", "REAL_DATA")
    assert Settings.from_env({f"OVERTONE_{name}": "" for name in names}) == Settings.from_env({})


def test_every_variable_is_read(tmp_path: Path) -> None:
    assert Settings.from_env(
        {
            "OVERTONE_HOME": "/data/overtone",
            "OVERTONE_DATABASE_URL": "postgresql://ann:secret@db/overtone",
            "OVERTONE_APP_DATABASE_URL": "postgresql://pages:secret@db/overtone",
            "OVERTONE_STORAGE_URL": "s3://bucket/overtone/",
            "OVERTONE_SPARK_MASTER": "spark://master:7077",
            "OVERTONE_APP_PORT": "80",
            "OVERTONE_AIRFLOW_PORT": "65535",
            "OVERTONE_DEMO": "1",
            "OVERTONE_SYNTHETIC": "activity",
            "OVERTONE_SYNTHETIC_LISTENERS": "200",
            "OVERTONE_SYNTHETIC_SEED": "0",
            "OVERTONE_REAL_DATA": str(tmp_path),
            "JAVA_HOME": "/opt/java",
            "OVERTONE_PROXIES": "1",
            "OVERTONE_OIDC_ISSUER": "https://id.example.org/music",
            "OVERTONE_OIDC_CLIENT_ID": "overtone",
            "OVERTONE_OIDC_CLIENT_SECRET": "secret",
        }
    ) == Settings(
        home=Path("/data/overtone"),
        storage_url="s3://bucket/overtone",
        database_url="postgresql://ann:secret@db/overtone",
        app_database_url="postgresql://pages:secret@db/overtone",
        spark_master="spark://master:7077",
        app_port=80,
        airflow_port=65535,
        demo=True,
        synthetic=Synthetic("activity", 200, 0),
        real_data=tmp_path,
        java_home=Path("/opt/java"),
        proxies=1,
        oidc=Oidc("https://id.example.org/music", "overtone", "secret", "id.example.org"),
    )


def test_two_homes_share_nothing() -> None:
    one, other = (Settings.from_env({"OVERTONE_HOME": home}) for home in ("/one", "/other"))
    assert (one.home, one.storage_url) == (Path("/one"), "file:///one/storage")
    assert (other.home, other.storage_url) == (Path("/other"), "file:///other/storage")


def test_a_home_may_be_relative_or_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({"OVERTONE_HOME": "here"}).home == tmp_path / "here"
    assert Settings.from_env({"OVERTONE_HOME": "~/overtone"}).home == Path.home() / "overtone"


@pytest.mark.parametrize("url", [None, "postgresql://ann:secret@db/overtone"])
def test_a_child_process_gets_the_same_settings(url: str | None) -> None:
    env = {"OVERTONE_HOME": "/data", "OVERTONE_APP_PORT": "81", "OVERTONE_DEMO": "1", "OVERTONE_PROXIES": "2"}
    env |= {f"OVERTONE_OIDC_{name}": "x" for name in ("CLIENT_ID", "CLIENT_SECRET", "NAME")}
    env |= {
        "OVERTONE_OIDC_ISSUER": "http://127.0.0.1:8080",
        "OVERTONE_SYNTHETIC": "world",
        "OVERTONE_SYNTHETIC_SEED": "7",
    }
    urls = {"OVERTONE_DATABASE_URL": url, "OVERTONE_APP_DATABASE_URL": url}
    settings = Settings.from_env(env | {name: one for name, one in urls.items() if one})
    assert Settings.from_env(settings.environment()) == settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OVERTONE_DATABASE_URL", "mysql://db/overtone", "it is not a Postgres address. Write it as postgresql://"),
        ("OVERTONE_STORAGE_URL", "s3//bucket", "'s3//bucket' is not a storage address. Write it as file:///folder"),
        ("OVERTONE_APP_PORT", "http", "'http' is not a port. Give a number from 1 to 65535."),
        ("OVERTONE_APP_PORT", "0", "'0' is not a port."),
        ("OVERTONE_APP_PORT", "65536", "'65536' is not a port."),
        ("OVERTONE_APP_PORT", "-1", "'-1' is not a port."),
        ("OVERTONE_AIRFLOW_PORT", "²", "'²' is not a port."),
        ("OVERTONE_PROXIES", "all", "'all' is not how many proxies there are. Give 0, 1 or 2."),
        ("OVERTONE_SYNTHETIC", "on", "'on' is nothing to make. Give off, activity, beside, world."),
        ("OVERTONE_SYNTHETIC_LISTENERS", "0", "'0' is no number from 1 to 10000000. Leave it out for 5000."),
        ("OVERTONE_SYNTHETIC_LISTENERS", "many", "'many' is no number from 1 to 10000000."),
        ("OVERTONE_SYNTHETIC_SEED", "-1", "'-1' is no number from 0 to 2147483648. Leave it out for 1."),
        ("OVERTONE_REAL_DATA", "/nowhere", "'/nowhere' is not a folder. Name the folder that holds the data."),
    ],
)
def test_what_a_variable_cannot_hold_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingInvalid) as error:
        Settings.from_env({name: value})
    assert str(error.value).startswith(f"{name}: {said}")


def test_a_password_is_never_part_of_an_error() -> None:
    with pytest.raises(SettingInvalid) as error:
        Settings.from_env({"OVERTONE_DATABASE_URL": "mysql://ann:secret@db/overtone"})
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("issuer", "secret", "said"),
    [
        (
            "http://id.example.org",
            "s",
            "OVERTONE_OIDC_ISSUER: 'http://id.example.org' is not an https address. Write it",
        ),
        ("id.example.org", "s", "OVERTONE_OIDC_ISSUER: 'id.example.org' is not an https address."),
        (
            "https://id.example.org",
            "",
            "OVERTONE_OIDC_CLIENT_SECRET: it is missing, and the others are there. Give all",
        ),
    ],
)
def test_an_identity_provider_is_set_wholly_and_over_https(issuer: str, secret: str, said: str) -> None:
    env = {"OVERTONE_OIDC_ISSUER": issuer, "OVERTONE_OIDC_CLIENT_ID": "c", "OVERTONE_OIDC_CLIENT_SECRET": secret}
    with pytest.raises(SettingInvalid) as error:
        Settings.from_env(env)
    assert str(error.value).startswith(said)


def test_a_providers_secret_is_not_shown_with_the_settings() -> None:
    env = {f"OVERTONE_OIDC_{name}": "https://x.example" for name in ("ISSUER", "CLIENT_ID")}
    assert "sesame" not in repr(Settings.from_env(env | {"OVERTONE_OIDC_CLIENT_SECRET": "sesame"}))
