"""Commands that start, stop and look after what runs: demo, stop, app, airflow, account, migrate."""

import os
from importlib import import_module
from typing import Annotated

import typer

from etl.cli.common import warehouse
from etl.console import out


def demo() -> None:
    """Run the whole platform over made music and posts, until Ctrl-C."""
    from etl.local import demo
    from etl.settings import Settings

    demo.run(Settings.from_env())


def stop() -> None:
    """Stop the demo and the embedded Postgres of this OVERTONE_HOME."""
    from etl.local import demo, postgres
    from etl.settings import Settings

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


def airflow(context: typer.Context) -> None:
    """Airflow's own command line, on this home's Airflow: overtone airflow backfill create …"""
    from etl.local.airflow import COMMAND, environment
    from etl.settings import Settings

    for name, value in environment(Settings.from_env()).items():
        os.putenv(name, value)
    os.execv(COMMAND[0], [*COMMAND, *context.args])


def add_account(
    login: Annotated[str, typer.Argument(help="Such as an e-mail address.", show_default=False)],
    role: Annotated[str, typer.Option(help="artist, listener or operator.")],
    name: Annotated[str, typer.Option(help="What the app calls them.")] = "",
    artist_id: Annotated[int | None, typer.Option(help="Of core.artist, for an artist.")] = None,
    listener_id: Annotated[int | None, typer.Option(help="Of activity.listener, for a listener.")] = None,
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)] = "",
) -> None:
    """Let somebody log in, or change their password and role."""
    from dashboards.auth import add_account

    add_account(warehouse(), login, password, role, name, artist_id, listener_id)
    out.print(f"{login} may log in.")


def migrate() -> None:
    """Bring the database to the newest schema. Every command that needs it does so by itself."""
    from etl.migrations import migrate
    from etl.settings import Settings
    from etl.warehouse import Warehouse

    applied = migrate(Warehouse.open(Settings.from_env()).url)
    out.print(f"Applied {', '.join(applied)}." if applied else "The schema is the newest.")


def warm() -> None:
    """Compile and try out what a first upload and a first match need; part of the set-up."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(_warm, module) for module in ("etl.audio.features", "etl.matching.link")]:
            done.result()


def _warm(module: str) -> None:
    import_module(module).warm()
