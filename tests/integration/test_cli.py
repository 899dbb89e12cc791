"""The command line: exit codes, one line for a mistake, nothing but JSON with --json."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from etl.jobs import JOBS
from etl.machine import postgres
from etl.settings import Settings
from etl.store.warehouse import Warehouse
from overtone import cli

DAY = "2020-12-21"
Make = Callable[..., bytes]


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said where."""

    code: int
    out: str
    err: str


@pytest.fixture
def overtone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Runs the command in this process, on an empty home; ``env`` says what else the environment says."""
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object, **env: str) -> Said:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["overtone", *map(str, arguments)])
            for name, value in env.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as end:
                cli.main()
        out, err = capsys.readouterr()
        return Said(end.value.code or 0, out, err)  # type: ignore[arg-type]

    return run


def process(settings: Settings, *arguments: object, **env: str) -> subprocess.Popen[str]:
    """The command as a user types it."""
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "overtone"), *map(str, arguments)],
        env=os.environ | settings.environment() | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def posts(tmp_path: Path, post: Make) -> Path:
    """Two posts and a line that is none."""
    path = tmp_path / "posts.ndjson"
    path.write_bytes(post() + post({"itemInfos.id": "2"}) + b"no post\n")
    return path


TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date()

# A mistake


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bogus"], "No such command 'bogus'. See overtone --help"),
        (["--bogus"], "No such option: --bogus. See overtone --help"),
        (["run"], "Missing argument 'job'. See overtone run --help"),
        (["run", "ingest_tiktok"], "Missing option '--day'. See overtone run --help"),
        (["run", "ingest_tiktok", "--day", "21.12.2020"],
         "Invalid value for '--day': '21.12.2020' is no day; write it as 2020-12-21. See overtone run --help"),
        (["run", "ingest_tiktok", "--day", "2020-02-30"],
         "Invalid value for '--day': '2020-02-30' is no day; write it as 2020-12-21. See overtone run --help"),
        (["run", "ingest_tiktok", "--day", TOMORROW],
         f"day {TOMORROW}: it has not come yet. Give a day whose data exists."),
        (["run", "ingest_tiktok", "--day", DAY],
         f"landing/tiktok: no posts were landed for {DAY}. Land them: overtone land tiktok FILE --day {DAY}."),
        (["run", "ingest_fma", "--day", DAY],
         f"landing/fma: no genres.csv was landed up to {DAY}. Land it: overtone land fma fma_metadata.zip."),
        (["run", "dance", "--day", DAY], f"job 'dance': there is no such job. Choose one of {', '.join(JOBS)}."),
        (["land"], ""),
        (["land", "tiktok"], "Missing argument 'paths'. See overtone land tiktok --help"),
        (["land", "tiktok", "gone.json", "--day", DAY], "gone.json: there is no such file or folder. Check the path."),
        (["land", "tiktok", "new\nline [/bold] :fire:", "--day", DAY],
         "new line [/bold] :fire:: there is no such file or folder. Check the path."),
        (["land", "soundcloud", "x"], "No such command 'soundcloud'. See overtone land --help"),
        (["status", "--jsn"], "No such option: --jsn (Possible options: --json). See overtone status --help"),
        (["similar", "gone.mp3"], "gone.mp3: it cannot be read: No such file or directory. Check the path."),
    ],
    ids=str,
)  # fmt: skip
def test_a_mistake_is_one_line_on_stderr_and_exit_code_2(
    overtone: Callable[..., Said], arguments: list, said: str
) -> None:
    done = overtone(*arguments)
    assert done.code == 2
    if said:
        assert (done.out, done.err) == ("", f"overtone: {said}\n")


@pytest.mark.parametrize("share", ["1.1", "-0.1", "half"])
def test_a_share_that_is_none_is_a_mistake(overtone: Callable[..., Said], share: str) -> None:
    done = overtone("run", "ingest_tiktok", "--day", DAY, "--max-bad-share", share)
    assert done.code == 2
    assert done.err.startswith("overtone: Invalid value for '--max-bad-share': ")
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OVERTONE_APP_PORT", "http", "OVERTONE_APP_PORT: 'http' is not a port. Give a number from 1 to 65535."),
        ("OVERTONE_STORAGE_URL", "nosuch://x", "OVERTONE_STORAGE_URL: 'nosuch://x' cannot be opened: "),
        ("OVERTONE_DATABASE_URL", "sqlite://x", "OVERTONE_DATABASE_URL: it is not a Postgres address. "),
    ],
)
def test_a_setting_that_will_not_do_is_a_mistake(
    overtone: Callable[..., Said], posts: Path, name: str, value: str, said: str
) -> None:
    done = overtone("land", "tiktok", posts, "--day", DAY, **{name: value})
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"overtone: {said}")
    assert len(done.err.splitlines()) == 1


def test_the_app_for_who_works_on_it_serves_a_demo_by_the_demos_clock_and_nothing_else(
    overtone: Callable[..., Said], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Settings] = []
    monkeypatch.setattr("dashboards.dev.serve", served.append)
    refused = overtone("dev")  # on a database that is given, such as the one of production
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("overtone: OVERTONE_DATABASE_URL: it may hold what real people did, ")
    refused = overtone("dev", OVERTONE_DATABASE_URL="")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == f"overtone: {settings.home}: there is no demo in it. Make one: overtone demo.\n"
    assert served == []
    (settings.home / "demo" / "drop").mkdir(parents=True)
    assert overtone("dev", OVERTONE_DATABASE_URL="").code == 0
    assert [one.home for one in served] == [settings.home]


def test_a_mistake_in_the_call_has_its_json_too(overtone: Callable[..., Said]) -> None:
    done = overtone("run", "ingest_tiktok", "--day", "soon", "--error-json")
    assert done.code == 2
    assert json.loads(done.err.splitlines()[-1]) == {
        "error": "BadParameter",
        "retry": False,
        "message": "'soon' is no day; write it as 2020-12-21",
    }


def test_too_many_bad_rows_are_the_callers_to_mend_and_not_tried_again(
    overtone: Callable[..., Said], posts: Path
) -> None:
    overtone("land", "tiktok", posts, "--day", DAY)
    done = overtone("run", "ingest_tiktok", "--day", DAY, "--error-json")
    line, verdict = done.err.splitlines()
    assert (done.code, done.out) == (2, "")
    assert "posts.ndjson: 1 of 3 rows were refused (1 not_json), over 1 %; nothing of it was published." in line
    assert line.endswith("if it is, run again with a higher --max-bad-share.")
    assert json.loads(verdict) == {
        "error": "TooManyBadRows",
        "retry": False,
        "message": line.removeprefix("overtone: "),
    }


# What is not the caller's


def test_a_database_that_is_down_is_exit_code_1_and_worth_another_try(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"postgresql://ann:secret@127.0.0.1:{probe.getsockname()[1]}/overtone"
    run = process(settings, "run", "ingest_tiktok", "--day", DAY, "--error-json", OVERTONE_DATABASE_URL=url)
    out, err = run.communicate()
    line, verdict = err.splitlines()
    assert (run.returncode, out) == (1, "")
    assert line.startswith("overtone: Postgres: connection to server at ")
    assert line.endswith("Connection refused. Start it and run the same command again.")
    assert json.loads(verdict) == {
        "error": "DatabaseUnavailable",
        "retry": True,
        "message": line.removeprefix("overtone: "),
    }
    assert "secret" not in err


def test_a_wrong_password_is_the_callers_and_not_tried_again(overtone: Callable[..., Said], settings: Settings) -> None:
    url = str(settings.database_url).replace(str(urlsplit(str(settings.database_url)).password), "sesame")
    done = overtone("run", "ingest_tiktok", "--day", DAY, "--error-json", OVERTONE_DATABASE_URL=url)
    assert done.code == 2
    assert "password authentication failed" in done.err
    assert json.loads(done.err.splitlines()[-1])["retry"] is False
    assert "sesame" not in done.err


def test_a_defect_is_one_line_exit_code_1_and_a_file_with_the_trace(
    overtone: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("of [bold]many\nlines")

    monkeypatch.setattr("etl.jobs.run.run_job", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = overtone("run", "ingest_tiktok", "--day", DAY, "--error-json")
    line, verdict = done.err.splitlines()
    [trace] = tmp_path.glob("overtone-*.log")
    assert (done.code, done.out) == (1, "")
    assert line == (
        "overtone: ZeroDivisionError: of [bold]many lines. This is a defect of Overtone: report it with " + str(trace)
    )
    assert trace.read_text().startswith("Traceback (most recent call last):\n")
    assert json.loads(verdict) == {"error": "ZeroDivisionError", "retry": False, "message": "of [bold]many\nlines"}


def test_a_defect_on_a_full_disk_is_still_told(
    overtone: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("etl.jobs.run.run_job", lambda *_: 1 / 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    done = overtone("run", "ingest_tiktok", "--day", DAY)
    assert done.code == 1
    assert done.err.startswith("overtone: ZeroDivisionError: division by zero. This is a defect of Overtone: report it")
    assert "Traceback" in done.err


def test_ctrl_c_ends_a_run_that_waits_without_a_trace(settings: Settings, warehouse: Warehouse) -> None:
    with warehouse.lock("job ingest_tiktok"):
        run = process(settings, "run", "ingest_tiktok", "--day", DAY)
        assert run.stderr
        assert run.stderr.readline() == "job ingest_tiktok: another process is at it; waiting for it to end.\n"
        run.send_signal(signal.SIGINT)
        out, err = run.communicate()
    assert (run.returncode, out, err) == (130, "", "")


# What is done


def test_landing_and_running_say_what_became_of_every_row(overtone: Callable[..., Said], posts: Path) -> None:
    assert overtone("land", "tiktok", posts, "--day", DAY) == Said(
        0, f"Landed 1 file (0.0 MB) of tiktok for {DAY}.\n", ""
    )
    assert overtone("land", "tiktok", posts, "--day", DAY) == Said(
        0, "Nothing new: these files of tiktok were landed before.\n", ""
    )
    for counts in ("2 inserted + 0 updated + 0 unchanged", "0 inserted + 0 updated + 2 unchanged"):
        assert overtone("run", "ingest_tiktok", "--day", DAY, "--max-bad-share", "0.5") == Said(
            0, f"ingest_tiktok → core.video: 3 in = {counts} + 1 quarantined\n", ""
        )


def test_status_as_json_is_one_object_of_tables_loads_quarantine_and_check(
    overtone: Callable[..., Said], posts: Path
) -> None:
    empty = {"rows": 0, "synthetic": 0, "through": None}
    core = ["genre", "artist", "track", "track_feature", "clip", "track_vector", "sound", "video", "creator"]
    activity = ["listener", "friendship", "influencer"]
    of = {"core": [*core, "track_match"], "activity": activity, "mart": ["audience", "taste", "variety"]}
    names = [f"{schema}.{name}" for schema, those in of.items() for name in those]
    at_first = dict.fromkeys([*names, "lake/listens"], empty) | {"core.genre": empty | {"synthetic": None}}
    before = overtone("status", "--json")
    assert (before.code, before.err) == (0, "")
    assert json.loads(before.out) == {
        "tables": at_first,
        "loads": [],
        "quarantine": {},
        "check": None,
    }
    overtone("land", "tiktok", posts, "--day", DAY)
    for _ in range(2):
        overtone("run", "ingest_tiktok", "--day", DAY, "--max-bad-share", "0.5")
    after = overtone("status", "--json")
    status = json.loads(after.out)
    assert (after.code, after.err, len(after.out.splitlines())) == (0, "", 1)
    assert list(status) == ["tables", "loads", "quarantine", "check"]
    assert status["tables"] == at_first | {
        "core.video": {"rows": 2, "synthetic": 0, "through": DAY},
        "core.sound": {"rows": 1, "synthetic": 0, "through": DAY},
        "core.creator": {"rows": 1, "synthetic": 0, "through": DAY},
    }
    [load] = status["loads"]  # the latest of each job, day and table
    assert datetime.fromisoformat(load.pop("finished_at")).tzinfo
    assert load == {
        "job": "ingest_tiktok",
        "day": DAY,
        "table": "core.video",
        "in": 3,
        "inserted": 0,
        "updated": 0,
        "unchanged": 2,
        "quarantined": 1,
    }
    assert status["quarantine"] == {"not_json": 1}


def test_status_in_words_says_the_same(overtone: Callable[..., Said], posts: Path) -> None:
    assert "Quarantine: none" in overtone("status").out
    overtone("land", "tiktok", posts, "--day", DAY)
    overtone("run", "ingest_tiktok", "--day", DAY, "--max-bad-share", "0.5")
    done = overtone("status", COLUMNS="40")
    lines = [line.split() for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert ["core.video", "2", "0", DAY] in lines
    assert ["core.track", "0", "0", "never", "loaded"] in lines
    assert ["core.genre", "0", "–", "never", "loaded"] in lines
    assert [DAY, "ingest_tiktok", "core.video", "3", "2", "0", "0", "1"] in lines
    assert any(line[:2] == ["not_json", "1"] for line in lines)


def test_what_is_landed_as_synthetic_is_counted_as_made(overtone: Callable[..., Said], posts: Path) -> None:
    assert overtone("land", "tiktok", posts, "--day", DAY, "--synthetic").out == (
        f"Landed 1 file (0.0 MB) of tiktok for {DAY}, as synthetic.\n"
    )
    refused = overtone("land", "tiktok", posts, "--day", DAY)
    assert (refused.code, refused.out) == (2, "")
    assert f"it was landed for {DAY} before, as synthetic. Land it with --synthetic, or " in refused.err
    overtone("run", "ingest_tiktok", "--day", DAY, "--max-bad-share", "0.5")
    tables = json.loads(overtone("status", "--json").out)["tables"]
    assert {name: tables[f"core.{name}"]["synthetic"] for name in ("video", "sound", "creator", "track")} == {
        "video": 2,
        "sound": 1,
        "creator": 1,
        "track": 0,
    }


def test_status_counts_of_each_table_the_rows_that_were_made_or_hang_on_what_was(
    overtone: Callable[..., Said], warehouse: Warehouse
) -> None:
    """Of tracks 1 to 3 the first was made, of listeners 1 to 3 the last two; 9 is nobody's."""
    warehouse.execute("""
        INSERT INTO core.genre (genre_id, title, top_genre_id, top_genre, day)
        VALUES (1, 'Rock', 1, 'Rock', '2020-12-20');
        INSERT INTO core.artist (artist_id, name, day, synthetic) VALUES (1, 'A', '2020-12-20', TRUE);
        INSERT INTO core.track (track_id, title, artist_id, artist_name, genre_ids, day, synthetic)
        SELECT n, 'T', 1, 'A', '{1}', '2020-12-20', n = 1 FROM generate_series(1, 3) AS n;
        INSERT INTO core.track_feature
        SELECT n, 'Rock', 'x', array_fill(0::real, ARRAY[245]), 30, 44100, FALSE, 'e', '2020-12-20'
        FROM unnest(ARRAY[1, 2, 9]) AS n;
        INSERT INTO core.track_match
        SELECT n, 's', 1, 1, 1, 1, 'v', '2020-12-20' FROM generate_series(1, 2) AS n;
        INSERT INTO core.clip
        SELECT n, 'x', 'p', NULL, 0, 0, 9, 'mp3', 30, '{1}', '2020-12-20' FROM generate_series(1, 3) AS n;
        INSERT INTO activity.listener (listener_id, name, synthetic, day)
        SELECT n, 'L', n > 1, '2020-12-20' FROM generate_series(1, 3) AS n;
        INSERT INTO activity.friendship
        VALUES (1, 2, '2020-12-01', TRUE, '2020-12-20'), (1, 3, '2020-12-01', FALSE, '2020-12-20');
        INSERT INTO ops.lake VALUES
        ('listens', 'day=2020-12-20', 'a', 4, 2, 'x'), ('listens', 'day=2020-12-21', 'b', 1, 1, 'y'),
        ('songs', 'day=2020-12-20', 'c', 9, 9, 'z');
        INSERT INTO mart.taste
        SELECT n, '{}', '{}', array_fill(0, ARRAY[16]), '{}', now() FROM unnest(ARRAY[1, 2, 3, 9]) AS n;
        INSERT INTO mart.variety
        SELECT n, week, array_fill(0, ARRAY[16])
        FROM unnest(ARRAY[1, 2, 9]) AS n, unnest(ARRAY[date '2020-12-07', '2020-12-14']) AS week;
    """)
    tables = json.loads(overtone("status", "--json").out)["tables"]
    assert {name: (of["rows"], of["synthetic"]) for name, of in tables.items() if of["rows"]} == {
        "core.genre": (1, None),
        "core.artist": (1, 1),
        "core.track": (3, 1),
        "core.track_feature": (3, 1),
        "core.clip": (3, 1),
        "core.track_match": (2, 1),
        "lake/listens": (5, 3),
        "activity.listener": (3, 2),
        "activity.friendship": (2, 1),
        "mart.taste": (4, 2),
        "mart.variety": (6, 2),
    }


def test_status_says_what_the_last_check_of_features_found(overtone: Callable[..., Said], warehouse: Warehouse) -> None:
    assert "Check: none yet; the first night that describes clips makes one" in overtone("status").out
    warehouse.execute(
        "INSERT INTO ops.check (checked_at, clip_id, track_id, day, extractor, deviation, number, withheld) VALUES"
        " ('2020-12-19T03:00Z', 'x', 9, '2020-12-18', 'e1', 0.25, 'zcr_max_01', true),"
        " ('2020-12-22T03:00Z', 'y', 2, '2020-12-21', 'e2', 2.1e-06, 'mfcc_min_03', false),"
        " ('2020-12-22T03:00Z', 'z', 3, '2020-12-21', 'e2', 3.14e-05, 'chroma_stft_kurtosis_07', false)"
    )
    said = overtone("status").out
    assert (
        "Check: features checked against librosa on 2020-12-21: 2 clips, largest deviation 3.1e-05"
        " (chroma_stft_kurtosis_07 of the clip of track 3); 0 withheld" in said
    )
    assert json.loads(overtone("status", "--json").out)["check"] == {
        "day": "2020-12-21",
        "checked_at": "2020-12-22T03:00:00+00:00",
        "extractor": "e2",
        "clips": 2,
        "withheld": 0,
        "deviation": 3.14e-05,
        "number": "chroma_stft_kurtosis_07",
        "track_id": 3,
        "clip_id": "z",
    }


def test_a_hash_is_added_on_demand(overtone: Callable[..., Said]) -> None:
    status = json.loads(overtone("status", "--json", "--hash").out)
    assert status["hash"]["core.video"] == "d41d8cd98f00b204e9800998ecf8427e"  # of nothing
    assert "ops.quarantine" in status["hash"]


def test_migrating_says_what_it_did(overtone: Callable[..., Said], database_home: Path) -> None:
    empty = postgres.database_url(database_home, f"test_{os.urandom(6).hex()}")
    first = overtone("migrate", OVERTONE_DATABASE_URL=empty)
    assert first.out.startswith("Applied 0001_ops, 0002_core")
    assert overtone("migrate", OVERTONE_DATABASE_URL=empty) == Said(0, "The schema is the newest.\n", "")


def test_help_names_every_command_and_where_to_begin(overtone: Callable[..., Said]) -> None:
    done = overtone("--help", COLUMNS="200")
    assert (done.code, done.err) == (0, "")
    for name in (
        "land",
        "download",
        "run",
        "refresh",
        "similar",
        "status",
        "demo",
        "stop",
        "app",
        "migrate",
        "account",
        "features",
        "match",
        "bench",
        "evaluate",
    ):
        assert f"│ {name} " in done.out
    assert "From download to answer: overtone land fma … and tiktok …, overtone refresh --day D" in done.out
    assert overtone().code == 2
    assert "From download to answer" in overtone().out


@pytest.mark.parametrize(
    "command",
    [
        *("land fma", "land tiktok", "land listens", "download fma", "run", "refresh", "status", "migrate"),
        *("similar", "features", "match"),
        *(f"account {name}" for name in ("add", "list", "logout", "remove")),
        *(f"bench {name}" for name in ("features", "matching", "parse", "similarity", "synthetic")),
        *(f"bench {name}" for name in ("load", "audience", "recommend", "all")),
        *(f"evaluate {name}" for name in ("features", "matching", "similarity", "synthetic", "all")),
    ],
)
def test_every_command_explains_itself(overtone: Callable[..., Said], command: str) -> None:
    done = overtone(*command.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert f"Usage: overtone {command}" in done.out


def test_a_reader_that_stops_reading_is_no_defect(settings: Settings) -> None:
    """As in ``overtone status --json | head -c 1``."""
    run = process(settings, "status", "--json")
    assert run.stdout
    assert run.stderr
    run.stdout.close()
    assert "defect" not in run.stderr.read()
    run.wait()
