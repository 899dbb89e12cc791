"""What can be known of docker/ without an engine: every name in it is a name of ours, and nothing is left open."""

import ast
import importlib
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
import pytest
import typer
import yaml
from cryptography.fernet import Fernet

from etl.errors import DatabaseUnavailable
from etl.machine import postgres
from etl.settings import CHECKOUT, Settings
from etl.store.migrations import migrate
from etl.store.warehouse import Warehouse
from overtone import airflow as local_airflow

DOCKER = CHECKOUT / "docker"
ONCE = {"bucket", "migrate", "airflow-migrate", "overtone"}
SECRET = re.compile(r"PASSWORD|SECRET|FERNET|JWT")

DOCKERFILE = (DOCKER / "Dockerfile").read_text().replace("\\\n", " ")
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
EXAMPLE = dict(re.findall(r"^([A-Z_]+)=(.*)$", (DOCKER / ".env.example").read_text(), re.MULTILINE))
FILLED = {name: value or f"a-secret-{name}" for name, value in EXAMPLE.items()}


def variables() -> list[tuple[str, str, str]]:
    """Every ``${NAME}``, ``${NAME:-default}`` or ``${NAME:?message}`` of the compose file."""
    return re.findall(r"(?<!\$)\$\{([A-Z_]+)(?::([-?])([^}]*))?\}", (DOCKER / "compose.yaml").read_text())


def compose(**more: str) -> dict[str, Any]:
    """The compose file as Compose reads it, with the variables filled in."""
    text = (DOCKER / "compose.yaml").read_text()
    text = re.sub(r"(?<!\$)\$\{([A-Z_]+)(?::[-?][^}]*)?\}", lambda found: (FILLED | more)[found[1]], text)
    return yaml.safe_load(text.replace("$$", "$"))


SERVICES: dict[str, dict[str, Any]] = compose()["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
PROGRAMS = {name: service["command"] for name, service in OURS.items() if service["command"][:2] == ["python", "-c"]}
IMAGE_ENV = dict(re.findall(r"([A-Z_]+)=(\S+)", " ".join(re.findall(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE))))


def commands(program: str) -> Iterator[list[str]]:
    """Arguments of every call of a program: as a service, as a health check, or in a script."""
    for service in OURS.values():
        if service.get("entrypoint", [None])[-1] == program:
            yield service["command"]
        for words in (service["command"], service.get("healthcheck", {}).get("test", [""])[1:]):
            if words and words[0] == program:
                yield words[1:]
            if words and words[0] == "bash":
                for line in words[-1].replace("\\\n", " ").splitlines():
                    if line.strip().startswith(f"{program} "):
                        yield line.replace('"', "").split()[1:]


def test_the_compose_file_is_one_by_its_specification() -> None:
    pytest.importorskip("check_jsonschema", reason="check-jsonschema, which carries Compose's schema, is not there")
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, DOCKER / "compose.yaml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_dockerfile_is_clean_to_hadolint() -> None:
    if not (hadolint := shutil.which("hadolint")):
        pytest.skip("hadolint is not there")
    done = subprocess.run([hadolint, DOCKER / "Dockerfile"], capture_output=True, text=True)
    assert done.stdout == ""


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    allowed = re.findall(r"^!(.+)$", (CHECKOUT / ".dockerignore").read_text(), re.MULTILINE)
    copied = re.findall(r"^COPY (?:--chmod=\d+ )?(\S+) \S+$", DOCKERFILE, re.MULTILINE)
    assert sorted(copied) == sorted(allowed)
    assert [source for source in copied if not (CHECKOUT / source).exists()] == []


def test_every_image_is_pinned() -> None:
    stages = re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.MULTILINE)
    images = {image for image in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) if image not in stages}
    images |= {service["image"] for service in SERVICES.values()}
    assert [image for image in images if not re.search(r":v?\d+\.\d+", image)] == []
    assert {service["image"] for service in OURS.values()} == {f"overtone:{PROJECT['version']}"}


def test_the_image_has_the_python_of_the_project_and_the_packages_of_its_lock() -> None:
    assert PROJECT["requires-python"] == ">=3.11,<3.12"
    assert "FROM python:3.11." in DOCKERFILE
    assert "pip install --require-hashes -r /tmp/requirements.lock" in DOCKERFILE


def test_the_image_runs_as_nobody_special() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["1000:1000"]
    assert {name for name, service in OURS.items() if service["cap_drop"] != ["ALL"]} == set()
    privileged = {"privileged", "user", "cap_add", "network_mode", "pid", "devices"}
    assert {name for name, service in SERVICES.items() if privileged & service.keys()} == set()
    assert {tuple(service["security_opt"]) for service in SERVICES.values()} == {("no-new-privileges:true",)}


def test_the_command_of_the_image_is_the_command_of_the_project() -> None:
    module, function = PROJECT["scripts"]["overtone"].split(":")
    assert f"from {module} import {function}\n\n{function}()\n" in (DOCKER / "overtone").read_text()
    assert os.access(DOCKER / "postgres" / "10-databases.sh", os.X_OK)


def test_nothing_is_published_but_on_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {
        "airflow-api-server": ["127.0.0.1:8080:8080"],
        "spark-master": ["127.0.0.1:8081:8080"],
        "app": ["127.0.0.1:8050:8050"],
    }


def test_every_server_has_a_health_check_and_every_service_a_limit() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == ONCE
    assert {name for name, service in SERVICES.items() if service["restart"] == "no"} == ONCE
    limits = [service["deploy"]["resources"]["limits"].keys() for service in SERVICES.values()]
    assert limits == [{"cpus", "memory"}] * len(SERVICES)


def test_what_runs_once_is_awaited_to_its_end_and_what_serves_to_its_health() -> None:
    conditions = {
        (other, wait["condition"])
        for service in SERVICES.values()
        for other, wait in service.get("depends_on", {}).items()
    }
    assert {condition for other, condition in conditions if other in ONCE} == {"service_completed_successfully"}
    assert {condition for other, condition in conditions if other not in ONCE} == {"service_healthy"}
    assert {other for other, _ in conditions} <= SERVICES.keys()


def test_every_volume_is_declared_and_every_mounted_file_is_there() -> None:
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]
    assert {mount for mount in mounts if not mount.startswith(".")} == compose()["volumes"].keys()
    assert [mount for mount in mounts if mount.startswith(".") and not (DOCKER / mount).is_file()] == []


def test_the_example_names_every_variable_and_no_other() -> None:
    assert {name for name, _, _ in variables()} == EXAMPLE.keys()
    assert {name for name, kind, _ in variables() if kind == "-"} == {
        "OVERTONE_APP_PORT",
        "OVERTONE_AIRFLOW_PORT",
        "OVERTONE_PROXIES",
        "SPARK_UI_PORT",
        "SPARK_CORES_PER_JOB",
    }
    assert all(default == EXAMPLE[name] for name, kind, default in variables() if kind == "-")


def test_the_example_holds_no_secret() -> None:
    assert {name for name, value in EXAMPLE.items() if SECRET.search(name) and value} == set()


def test_secrets_are_made_once_each_its_own_and_for_this_user_alone(tmp_path: Path) -> None:
    for name in ("make_env.sh", ".env.example"):
        shutil.copy(DOCKER / name, tmp_path)
    subprocess.run(["sh", tmp_path / "make_env.sh"], check=True)
    made = dict(re.findall(r"^([A-Z_]+)=(.*)$", (tmp_path / ".env").read_text(), re.MULTILINE))
    secrets = [value for name, value in made.items() if SECRET.search(name)]
    assert made.keys() == EXAMPLE.keys()
    assert len(set(secrets)) == 9
    assert {len(Fernet(secret)._signing_key) for secret in secrets} == {16}  # 32 bytes each
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    again = subprocess.run(["sh", tmp_path / "make_env.sh"], capture_output=True, text=True)
    assert again.returncode == 2
    assert "it is there already" in again.stderr


class Asked(dict):
    """An environment that remembers what it was asked for."""

    def get(self, name: str, default: Any = None) -> Any:
        self.setdefault(name, "")
        return default


def test_every_setting_that_is_given_is_one_that_is_read() -> None:
    known = Asked()
    Settings.from_env(known)
    given = {name for service in OURS.values() for name in service.get("environment", {})} | IMAGE_ENV.keys()
    assert {name for name in given if name.startswith("OVERTONE_")} <= known.keys()


@pytest.mark.parametrize("name", ["app", "migrate", "bucket", "overtone", "airflow-scheduler", "spark-worker"])
def test_every_part_of_ours_sees_the_same_warehouse_storage_and_spark(name: str) -> None:
    settings = Settings.from_env(IMAGE_ENV | OURS[name]["environment"])
    assert settings.database_url == "postgresql://overtone:a-secret-OVERTONE_DB_PASSWORD@postgres:5432/overtone"
    assert settings.storage_url == "s3://overtone"
    assert settings.spark_master == "spark://spark-master:7077"
    assert settings.home == Path("/var/lib/overtone")
    assert not settings.demo
    assert OURS[name]["environment"]["AWS_ENDPOINT_URL"] == "http://storage:8333"
    assert OURS[name]["environment"]["AWS_SECRET_ACCESS_KEY"] == "a-secret-AWS_SECRET_ACCESS_KEY"


def test_pages_ask_as_a_role_of_their_own_and_no_other_part_has_its_password() -> None:
    settings = Settings.from_env(IMAGE_ENV | OURS["app"]["environment"])
    assert settings.app_database_url == (
        "postgresql://overtone_pages:a-secret-OVERTONE_APP_DB_PASSWORD@postgres:5432/overtone"
    )
    holders = {name for name, one in SERVICES.items() if "a-secret-OVERTONE_APP_DB_PASSWORD" in str(one["environment"])}
    assert holders == {"app", "postgres"}
    holders = {name for name, one in SERVICES.items() if "a-secret-POSTGRES_PASSWORD" in str(one["environment"])}
    assert holders == {"postgres"}  # the superuser's


def test_the_databases_are_made_for_roles_that_are_no_superusers(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    with postgres._lock(folder) as lock:
        assert lock is not None
        postgres._start(folder, lock)  # a cluster with its superuser alone, as the image of pgvector makes it
    address = urlsplit(postgres._url(folder, "postgres", postgres.SUPERUSER))
    passwords = {f"{name}_DB_PASSWORD": name.lower() for name in ("OVERTONE", "OVERTONE_APP", "AIRFLOW")}
    env = {
        "PATH": f"{postgres.programs()}:{os.defpath}",
        "POSTGRES_USER": postgres.SUPERUSER,
        "PGHOST": "127.0.0.1",
        "PGPORT": str(address.port),
        "PGPASSWORD": str(address.password),
    }
    try:
        script = DOCKER / "postgres" / "10-databases.sh"
        subprocess.run([script], env=env | passwords, check=True, capture_output=True)
        url = f"postgresql://{{}}@127.0.0.1:{address.port}/{{}}"
        warehouse = Warehouse(
            url.format("overtone:overtone", "overtone"),
            pages_url=url.format("overtone_pages:overtone_app", "overtone"),
        )
        migrate(warehouse.url)
        roles = "SELECT rolname FROM pg_roles WHERE rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls"
        assert warehouse.query(roles) == [{"rolname": "postgres"}]
        me = "SELECT current_user AS who"
        assert warehouse.for_pages().query(me) == [{"who": "overtone_pages"}]
        assert warehouse.for_pages().query_as(me, {}, account_id=1) == [{"who": "overtone_app"}]
        assert Warehouse(url.format("airflow:airflow", "airflow")).query(me) == [{"who": "airflow"}]
        for who, where in (("airflow:airflow", "overtone"), ("overtone_pages:overtone_app", "airflow")):
            with pytest.raises(DatabaseUnavailable, match="permission denied for database"):
                Warehouse(url.format(who, where)).query(me)
    finally:
        postgres.stop(tmp_path)


def test_what_the_image_writes_is_for_its_own_user_alone() -> None:
    [entrypoint] = re.findall(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)
    tini, dashes, *command = json.loads(entrypoint)
    assert (tini, dashes) == ("tini", "--")
    assert subprocess.run([*command, "sh", "-c", "umask"], capture_output=True, text=True).stdout == "0077\n"
    assert {name for name, one in OURS.items() if one.get("entrypoint", [])} == {"overtone"}  # which does so itself
    assert "install -d -o overtone -g overtone -m 700" in " ".join(DOCKERFILE.split())


def test_every_overtone_command_exists() -> None:
    from overtone.cli import app

    cli = typer.main.get_command(app)
    built = [line.split()[1:] for line in re.findall(r"^(?:RUN|CMD) (overtone .*)$", DOCKERFILE, re.MULTILINE)]
    names = {words[0] for words in [*commands("overtone"), *built]} - {"--help"}
    assert names == {"app", "migrate", "warm"}
    assert names <= cli.commands.keys()  # type: ignore[attr-defined]


def test_every_airflow_command_and_option_exists(tmp_path: Path) -> None:
    given = {
        name for service in OURS.values() for name in service.get("environment", {}) if name.startswith("AIRFLOW__")
    }
    program = """
import json, sys
from airflow.cli.cli_parser import get_parser
from airflow.configuration import conf
commands, options = json.load(sys.stdin)
for command in commands:
    get_parser().parse_args(command)
known = conf.configuration_description
missing = [o for o in options if o.split("__")[2].lower() not in known[o.split("__")[1].lower()]["options"]]
print(json.dumps(missing))
"""
    called = list(commands("airflow"))
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps([called, sorted(given)]),
        capture_output=True,
        text=True,
        env=os.environ | {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__AUTH_MANAGER": local_auth_manager()},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert sorted(words[0] for words in called) == [
        "api-server", "dag-processor", "db", "jobs", "jobs", "scheduler", "triggerer", "users",
    ]  # fmt: skip


def local_auth_manager() -> str:
    return OURS["airflow-scheduler"]["environment"]["AIRFLOW__CORE__AUTH_MANAGER"]


def test_airflow_is_set_up_here_as_it_is_on_one_machine(tmp_path: Path) -> None:
    here = OURS["airflow-scheduler"]["environment"]
    there = local_airflow.environment(
        Settings.from_env({"OVERTONE_HOME": str(tmp_path), "OVERTONE_DATABASE_URL": "postgresql://o:p@localhost/o"})
    )
    there = {name: value for name, value in there.items() if name.startswith("AIRFLOW__")}
    assert {name for name in here if name.startswith("AIRFLOW__")} == there.keys() | {
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK"
    }
    own = {"API__HOST", "API__SECRET_KEY", "API_AUTH__JWT_SECRET", "CORE__DAGS_FOLDER"}
    own |= {"CORE__EXECUTION_API_SERVER_URL", "CORE__FERNET_KEY", "CORE__PLUGINS_FOLDER"}
    own |= {"DATABASE__SQL_ALCHEMY_CONN", "LOGGING__BASE_LOG_FOLDER"}
    differing = {name.removeprefix("AIRFLOW__") for name in there if there[name] != here[name]}
    assert differing == own


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_in_the_compose_file_uses_what_we_have(name: str) -> None:
    tree = ast.parse(PROGRAMS[name][2])
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert imports
    for node in imports:
        module = importlib.import_module(node.module or "")
        assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == []


def test_the_app_can_be_served_on_every_interface_and_tells_its_health(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboards.app import create_app
    from overtone.cli.servers import serve

    assert SERVICES["app"]["command"] == ["overtone", "app", "--host", "0.0.0.0"]
    assert "host" in inspect.signature(serve).parameters
    app = create_app(
        Settings.from_env({"OVERTONE_HOME": str(tmp_path)}), Warehouse("postgresql://nowhere.invalid/none")
    )
    url = SERVICES["app"]["healthcheck"]["test"][-1]
    assert url.startswith("http://127.0.0.1:8050/")
    ask = app.server.test_client().get
    assert ask(url.removeprefix("http://127.0.0.1:8050")).status_code == 503  # there is no database
    monkeypatch.setattr(Warehouse, "ping", lambda *_: None)
    assert ask(url.removeprefix("http://127.0.0.1:8050")).status_code == 200


def test_the_bucket_is_made_once_and_left_alone_after(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for name, value in OURS["bucket"]["environment"].items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        program = [sys.executable, *PROGRAMS["bucket"][1:]]
        for _ in range(2):
            subprocess.run(program, check=True, cwd=CHECKOUT, env=os.environ | {"PYTHONPATH": str(CHECKOUT)})
        assert fsspec.filesystem("s3", skip_instance_cache=True).ls("").count("overtone") == 1
    finally:
        server.stop()


def test_spark_master_and_workers_are_classes_of_the_installed_spark() -> None:
    import pyspark

    (jar,) = (Path(pyspark.__file__).parent / "jars").glob("spark-core_*.jar")
    classes = {name.removesuffix(".class").replace("/", ".") for name in zipfile.ZipFile(jar).namelist()}
    asked = {words[0] for words in commands("spark-class")}
    assert asked == {"org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"}
    assert asked <= classes


def test_services_call_each_other_by_names_that_exist() -> None:
    text = json.dumps([service.get("environment", {}) for service in SERVICES.values()]) + json.dumps(
        [service["command"] for service in SERVICES.values()]
    )
    hosts = set(re.findall(r"://(?:[^@/\s\"]*@)?([a-z][a-z-]*):\d+", text))
    assert hosts == {"postgres", "storage", "spark-master", "airflow-api-server"}
    assert hosts <= SERVICES.keys()
