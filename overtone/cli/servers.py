"""Commands that start, stop and look after what runs: demo, stop, app, airflow, account, migrate."""

import os
from importlib import import_module
from typing import Annotated

import typer

from etl.console import out, print_json, print_table
from etl.errors import SettingInvalid, SourceMissing
from overtone.cli.common import AsJson, warehouse

#: What is compiled at set-up, each in a process of its own.
WARMED = ("etl.audio.features", "etl.matching.link", "etl.audio.reference", "etl.machine.spark")


def demo() -> None:
    """Run the whole platform over a made world that goes on night by night, until Ctrl-C."""
    from etl.settings import Settings
    from overtone.demo import demo

    demo.run(Settings.from_env())


def stop() -> None:
    """Stop the demo and the embedded Postgres of this OVERTONE_HOME."""
    from etl.machine import postgres
    from etl.settings import Settings
    from overtone.demo import demo

    settings = Settings.from_env()
    demo.stop(settings)
    postgres.stop(settings.home)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 only within a container.")] = "127.0.0.1",
) -> None:
    """Serve the app."""
    from dashboards.app import serve
    from etl.settings import Settings

    serve(Settings.from_env(), host)


def dev() -> None:
    """Serve the app to who works on it: the demo's logins, on this machine alone, anew when its code changes."""
    from dashboards.dev import serve
    from etl.settings import Settings

    settings = Settings.from_env()
    # Everybody knows its logins, and its clock is another: never beside what real people did.
    if settings.database_url:
        reason = "it may hold what real people did, and this shows it to whoever knows the demo's logins"
        raise SettingInvalid("OVERTONE_DATABASE_URL", reason, "Unset it: make dev serves a home's own database.")
    if not (settings.home / "demo" / "drop").is_dir():
        raise SourceMissing(settings.home, "there is no demo in it", "Make one: overtone demo.")
    serve(settings)


def airflow(context: typer.Context) -> None:
    """Airflow's own command line, on this home's Airflow: overtone airflow backfill create …"""
    from etl.settings import Settings
    from overtone.airflow import COMMAND, environment

    for name, value in environment(Settings.from_env()).items():
        os.putenv(name, value)
    os.execv(COMMAND[0], [*COMMAND, *context.args])


Login = Annotated[str, typer.Argument(help="Such as an e-mail address.", show_default=False)]


def add_account(
    login: Login,
    role: Annotated[str, typer.Option(help="artist, listener or operator.")],
    name: Annotated[str, typer.Option(help="What the app calls them.")] = "",
    artist_id: Annotated[int | None, typer.Option(help="Of core.artist, for an artist.")] = None,
    listener_id: Annotated[int | None, typer.Option(help="Of activity.listener, for a listener.")] = None,
    password: Annotated[str, typer.Option(help="Asked for when it is not given.")] = "",
    no_password: Annotated[bool, typer.Option(help="They log in by the identity provider alone.")] = False,
) -> None:
    """Let somebody log in, or change their password and role, which ends their sessions."""
    from dashboards.auth import add_account

    if not password and not no_password:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    add_account(warehouse(), login, None if no_password else password, role, name, artist_id, listener_id)
    out.print(f"{login} may log in.")


def list_accounts(as_json: AsJson = False) -> None:
    """Who may log in, as what, and how."""
    from dashboards.auth import accounts

    rows = accounts(warehouse())
    if as_json:
        print_json(rows)
        return
    shown = [
        (
            row["login"], row["role"], row["artist_id"] or "", row["display_name"],
            "demo only" if row["demo"] else "yes" if row["has_password"] else "no", row["identity"] or "",
        )
        for row in rows
    ]  # fmt: skip
    print_table("Accounts", ("login", "role", "artist", "name", "password", "identity"), shown)


def end_sessions(login: Login) -> None:
    """Log somebody out wherever they are logged in."""
    from dashboards.auth import end_sessions

    end_sessions(warehouse(), login)
    out.print(f"{login} is logged out everywhere.")


def remove_account(login: Login) -> None:
    """Let somebody log in no more, and forget what belongs to the account."""
    from dashboards.auth import remove_account

    remove_account(warehouse(), login)
    out.print(f"{login} may no longer log in.")


def migrate() -> None:
    """Bring the database to the newest schema. Every command that needs it does so by itself."""
    from etl.settings import Settings
    from etl.store.migrations import migrate
    from etl.store.warehouse import Warehouse

    applied = migrate(Warehouse.open(Settings.from_env()).url)
    out.print(f"Applied {', '.join(applied)}." if applied else "The schema is the newest.")


def warm() -> None:
    """Compile and try out what a first upload, a first match, librosa and Spark need; part of the set-up."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(_warm, module) for module in WARMED]:
            done.result()


def _warm(module: str) -> None:
    import_module(module).warm()
