"""Airflow on one machine: four processes under ``home/airflow``, its metadata in the home's Postgres.

::

    home/airflow/keys.json   of this Airflow, and the password of its login; only its owner may read it
    home/airflow/logs        of the servers and of every task

It is started as processes and asked over its REST API; nothing of Airflow is imported here.
"""

import base64
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from etl.errors import SettingInvalid, SetupFailed
from etl.machine import postgres
from etl.machine.folders import private
from etl.machine.process import Process, check_port, get, stop, wait_until
from etl.settings import CHECKOUT, Settings
from etl.store.warehouse import Warehouse

DAG = "nightly_refresh"
DATABASE = "airflow"
LOGIN = "operator"

LOGS_KEPT = timedelta(days=90)  #: of tasks; a night writes 50 kB
TASKS_AT_ONCE = 2  #: a job keeps every core busy with Spark; a second one fills its gaps
READY_S = 300  #: 30 s on two idle cores

NEEDED = {"metadatabase", "scheduler", "dag_processor"}  #: to run a DAG

COMMAND = (sys.executable, "-m", "airflow")


def address(settings: Settings) -> str:
    """Where a browser finds this Airflow."""
    return f"http://127.0.0.1:{settings.airflow_port}"


def password(settings: Settings) -> str:
    """The password of ``LOGIN``, made at random for this home."""
    return _keys(settings)["password"]


def environment(settings: Settings) -> dict[str, str]:
    """The variables that make a process part of this Airflow: a server, or ``airflow …`` on the command line."""
    home, keys = settings.home / "airflow", _keys(settings)
    options: dict[str, dict[str, object]] = {
        "core": {
            "auth_manager": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
            "dags_folder": CHECKOUT / "dags",
            "execution_api_server_url": f"{address(settings)}/execution/",
            "executor": "LocalExecutor",
            "fernet_key": keys["fernet"],
            "hostname_callable": "socket.gethostname",  # the default asks DNS
            "load_examples": False,
            "parallelism": TASKS_AT_ONCE,
            "plugins_folder": CHECKOUT / "plugins",
        },
        "database": {"sql_alchemy_conn": _metadata_url(settings).replace("://", "+psycopg2://", 1)},
        "logging": {
            "base_log_folder": home / "logs",
            "colored_console_log": False,
            "dag_processor_log_target": "stdout",  # its own files, a folder a day, would never end
            "file_task_handler_new_file_permissions": "0o600",
            "file_task_handler_new_folder_permissions": "0o700",
        },
        "api": {
            "base_url": address(settings),
            "host": "127.0.0.1",
            "instance_name": "Overtone",
            "port": settings.airflow_port,
            "secret_key": keys["secret"],
        },
        "api_auth": {"jwt_secret": keys["jwt"]},
        "fab": {"update_fab_perms": False},  # done once, with the login
        "dag_processor": {"min_file_process_interval": 300},  # an edited file is read sooner all the same
        "scheduler": {
            "task_instance_heartbeat_timeout": 60,
            # The demo's drops are of past days: a nightly run would only find that last night brought none.
            "use_job_schedule": not settings.demo,
        },
    }
    return {
        **settings.environment(),
        **{f"AIRFLOW__{s}__{name}".upper(): str(value) for s, more in options.items() for name, value in more.items()},
        "AIRFLOW_HOME": str(home),
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
    }


def start(settings: Settings, on_progress: Callable[[str], None] = lambda text: None) -> list[Process]:
    """Start Airflow; return its processes once it is healthy. ``process.stop`` ends them with the jobs they run.

    Raises:
        PortTaken: another program listens on the port.
        SetupFailed: Airflow did not come up; the reason holds the last lines of the log that says why.
    """
    check_port(settings.airflow_port, "Airflow", "OVERTONE_AIRFLOW_PORT")
    env = environment(settings)
    running: list[Process] = []

    def begin(name: str, *arguments: str, text: str = "", **more: str) -> Process:
        log = settings.home / "airflow" / "logs" / f"{name}.log"
        running.append(Process(f"Airflow's {name}", [*COMMAND, *arguments], log, {**env, **more}, text))
        return running[-1]

    try:
        login = None
        if not _is_set_up(settings):
            on_progress("makes its database")
            begin("database", "db", "migrate").finish(READY_S)
            twice = f"{password(settings)}\n" * 2  # asked for, so that it is never seen in a list of processes
            login = begin("login", *_login_command(settings), text=twice, AIRFLOW__FAB__UPDATE_FAB_PERMS="True")
        on_progress("starts its servers")
        servers = [begin("api-server", "api-server")]
        if login:
            login.finish(READY_S)  # it and the dag-processor write permissions, so one after the other
            _remember_set_up(settings)
        servers.append(begin("dag-processor", "dag-processor"))
        # A scheduler takes up at once what was running when it was stopped, and a task fails without the api-server.
        wait_until(lambda: "metadatabase" in _healthy(settings), servers, "Airflow", READY_S)
        servers.append(begin("scheduler", "scheduler", "--skip-serve-logs"))
        wait_until(lambda: _healthy(settings) >= NEEDED, servers, "Airflow", READY_S)
        # No task of ours waits on a triggerer, but without it Airflow's first page shows a fault.
        return [*servers, begin("triggerer", "triggerer", "--skip-serve-logs")]
    except BaseException:
        stop([process.pid for process in running])
        raise


def refresh(settings: Settings, first: date, last: date) -> None:
    """Have ``nightly_refresh`` run for each day from ``first`` to ``last`` that it has not run for, or failed for.

    What tasks said longer ago than ``LOGS_KEPT`` is forgotten first.

    Raises:
        SetupFailed: Airflow does not take the order.
    """
    forget_logs(settings.home / "airflow" / "logs", time.time() - LOGS_KEPT.total_seconds())
    _until_answered(settings, "PATCH", f"/dags/{DAG}", {"is_paused": False})  # a backfill waits while it is paused
    days = {state["logical_date"][:10]: state["state"] for state in runs(settings, first, last)}
    expected = (last - first).days + 1
    if len(days) < expected or "failed" in days.values():
        order = {
            "dag_id": DAG,
            "from_date": f"{first}T00:00:00Z",
            "to_date": f"{last}T00:00:00Z",
            "reprocess_behavior": "failed",
            "max_active_runs": 3,
        }
        _until_answered(settings, "POST", "/backfills", order)


def forget_logs(folder: Path, before: float) -> None:
    """Remove logs that were written to last before a time (s since 1970), and folders that are empty then."""
    for path in sorted(folder.rglob("*"), reverse=True):  # what is in a folder comes before it
        with suppress(OSError):  # it is not empty, or another process has removed it
            if path.is_dir():
                path.rmdir()
            elif path.stat().st_mtime < before:
                path.unlink()


def runs(settings: Settings, first: date, last: date) -> list[dict[str, Any]]:
    """Runs of ``nightly_refresh`` for these days, as Airflow's API describes them (``dag_run_id``, ``state``, …)."""
    return call(settings, "GET", f"/dags/{DAG}/dagRuns?{_between(first, last)}")["dag_runs"]


def tasks(settings: Settings, first: date, last: date) -> list[dict[str, Any]]:
    """Their tasks (``task_id``, ``state``, ``try_number``, …)."""
    return call(settings, "GET", f"/dags/{DAG}/dagRuns/~/taskInstances?{_between(first, last)}")["task_instances"]


def call(settings: Settings, method: str, path: str, body: object = None) -> dict[str, Any]:
    """Ask Airflow's REST API as its operator.

    Raises:
        SetupFailed: it does not answer, or refuses.
    """
    return _request(method, f"{address(settings)}/api/v2{path}", body, _token(settings, int(time.time() // 3600)))


@lru_cache(maxsize=1)
def _token(settings: Settings, hour: int) -> str:
    """What lets us in; it is good for a day, and another is asked for every hour."""
    who = {"username": LOGIN, "password": password(settings)}
    return _request("POST", f"{address(settings)}/auth/token", who)["access_token"]


def _until_answered(settings: Settings, method: str, path: str, body: object) -> None:
    """Ask again while Airflow has not read the DAG yet, or has not closed the backfill before this one."""
    deadline = time.monotonic() + READY_S
    while True:
        try:
            call(settings, method, path, body)
            return
        except SetupFailed:
            if time.monotonic() > deadline:
                raise
            time.sleep(2)


def _request(method: str, url: str, body: object = None, token: str = "") -> dict[str, Any]:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        reason = f"answered {error.code}: {error.read(500).decode(errors='replace')}"
        raise SetupFailed(f"{method} {url}", reason, "See the api-server's log.") from error
    except OSError as error:
        raise SetupFailed(f"{method} {url}", f"no answer: {error}", "See the api-server's log.") from error


def _between(first: date, last: date) -> str:
    return urlencode({"logical_date_gte": f"{first}T00:00:00Z", "logical_date_lte": f"{last}T00:00:00Z", "limit": 100})


def _healthy(settings: Settings) -> set[str]:
    answer = get(f"{address(settings)}/api/v2/monitor/health")
    return {part for part, state in json.loads(answer or "{}").items() if state["status"] == "healthy"}


def _metadata_url(settings: Settings) -> str:
    if settings.database_url:
        return urlsplit(settings.database_url)._replace(scheme="postgresql", path=f"/{quote(DATABASE)}").geturl()
    return postgres.database_url(settings.home, DATABASE, postgres.AIRFLOW)


def _is_set_up(settings: Settings) -> bool:
    """Whether this very database was made by this version of Airflow with the keys of this home."""
    question = "SELECT shobj_description(oid, 'pg_database') AS mark FROM pg_database WHERE datname = %s"
    try:
        return Warehouse(_metadata_url(settings)).query(question, [DATABASE])[0]["mark"] == _mark(settings)
    except SettingInvalid as error:
        if "does not exist" in error.reason:
            raise SetupFailed(
                f"database {DATABASE}", "the server has none", f"CREATE DATABASE {DATABASE} there."
            ) from error
        raise


def _remember_set_up(settings: Settings) -> None:
    Warehouse(_metadata_url(settings)).execute(f"COMMENT ON DATABASE {DATABASE} IS '{_mark(settings)}'")


def _mark(settings: Settings) -> str:
    return f"apache-airflow {version('apache-airflow')}, keys {_keys(settings)['id']}"


def _login_command(settings: Settings) -> list[str]:
    known = Warehouse(_metadata_url(settings)).query("SELECT FROM ab_user WHERE username = %s", [LOGIN])
    if known:
        return ["users", "reset-password", f"--username={LOGIN}"]
    return ["users", "create", f"--username={LOGIN}", "--role=Admin", "--firstname=Overtone", "--lastname=Operator",
            f"--email={LOGIN}@localhost"]  # fmt: skip


def _keys(settings: Settings) -> dict[str, str]:
    file = settings.home / "airflow" / "keys.json"
    if not file.exists():
        private(settings.home)
        private(file.parent)
        keys = {name: secrets.token_urlsafe(48) for name in ("secret", "jwt")}
        keys["fernet"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        keys["password"], keys["id"] = secrets.token_urlsafe(16), secrets.token_hex(4)
        draft = file.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(keys))
        draft.replace(file)
    return json.loads(file.read_text())
