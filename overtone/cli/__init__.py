"""The command ``overtone``: this file says which commands there are, the others what each does.

Exit codes: 0 done, 2 the caller must change something, 1 anything else. An error is one line that names the thing, the
reason and the next step. Libraries are imported inside the commands: ``--help`` must not wait for Spark.
"""

import json
import logging
import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from etl.console import report
from etl.errors import OvertoneError, PackageMissing
from etl.machine.folders import UMASK
from overtone.cli import data, music, servers

app = typer.Typer(
    name="overtone",
    help="Who listens to your music, who could carry it further, and where music like it is used on TikTok.",
    epilog="From download to answer: [bold]overtone land[/bold] fma … and tiktok …, [bold]overtone refresh[/bold]"
    " --day D, then [bold]overtone similar[/bold] FILE or [bold]overtone status[/bold]."
    " Settings are OVERTONE_… variables; etl/settings.py lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


class Measures(TyperGroup):
    """A group whose commands are lab's, which is no part of the product: it is looked for when one is asked for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take in lab's commands, then read which of them is meant."""
        try:
            from lab import cli
        except ModuleNotFoundError as error:
            if error.name != "lab":
                raise
            raise PackageMissing(
                f"overtone {self.name}",
                "the package lab is not here, since the product runs without it",
                "Ask in a checkout of Overtone: make setup installs what measures.",
            ) from error
        self.commands = get_group(getattr(cli, str(self.name))).commands
        return super().parse_args(ctx, args)


def _group(name: str, about: str, panel: str, cls: type[TyperGroup] = TyperGroup) -> typer.Typer:
    group = typer.Typer(help=about, no_args_is_help=True, cls=cls)
    app.add_typer(group, name=name, rich_help_panel=panel)
    return group


DATA, MUSIC, MEASURE, SERVERS = "Data", "Music", "Measure", "Servers"

land = _group("land", "Take in what was downloaded: archives, folders and files.", DATA)
land.command("fma")(data.land_fma)
land.command("tiktok")(data.land_tiktok)
land.command("listens")(data.land_listens)
_group("download", "Fetch a source's official archives.", DATA).command("fma")(data.download_fma)
for command in (data.make, data.run, data.refresh, data.status):
    app.command(rich_help_panel=DATA)(command)
for asks in (music.similar, music.features, music.match):
    app.command(rich_help_panel=MUSIC)(asks)

_group("bench", "Measure what things cost here, in CPU seconds and ratios.", MEASURE, Measures)
_group("evaluate", "Measure how good the answers are, on labelled data.", MEASURE, Measures)

for serves in (servers.demo, servers.stop, servers.migrate):
    app.command(rich_help_panel=SERVERS)(serves)
app.command("app", rich_help_panel=SERVERS)(servers.serve)
app.command(
    rich_help_panel=SERVERS,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)(servers.airflow)
account = _group("account", "Who may log in to the app.", SERVERS)
account.command("add")(servers.add_account)
account.command("list")(servers.list_accounts)
account.command("logout")(servers.end_sessions)
account.command("remove")(servers.remove_account)
app.command(hidden=True)(servers.dev)
app.command(hidden=True)(servers.warm)


def main() -> None:
    """Run the command line; every failure becomes one line and an exit code."""
    os.umask(UMASK)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    for noisy in ("py4j", "botocore", "aiobotocore", "fsspec"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        sys.exit(app(prog_name="overtone", standalone_mode=False))
    except Exception as error:
        code = report(error)
        if "--error-json" in sys.argv:
            retry = isinstance(error, OvertoneError) and error.retry
            verdict = {"error": type(error).__name__, "retry": retry, "message": str(error)}
            print(json.dumps(verdict), file=sys.stderr, flush=True)
        sys.exit(code)
