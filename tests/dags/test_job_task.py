"""A job's end in Airflow's words, with real processes in the place of ``overtone``."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from plugins.job_task import JobTask, checked_day, failure


def task(*program: str) -> JobTask:
    """A task whose job is this Python program."""
    made = JobTask(task_id="ingest_fma", command=(sys.executable, "-c", "\n".join(program)))
    made.render_template_fields({"params": {"day": "2020-12-21", "max_bad_share": 0.25}})
    return made


def say(verdict: dict) -> str:
    return f"print({json.dumps(json.dumps(verdict))}, file=sys.stderr)"


def test_the_command_names_job_day_and_share() -> None:
    made = task("import sys", "sys.exit(f'given {sys.argv[1:]}')")
    with pytest.raises(AirflowException) as raised:
        made.execute({})
    assert "given ['run', 'ingest_fma', '--day', '2020-12-21', '--max-bad-share', '0.25', '--error-json']" in str(
        raised.value
    )


def test_lines_reach_the_log_as_they_come_from_both_streams(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    made = task(
        "import pathlib, sys, time",
        "print('first', flush=True)",
        "print('second', file=sys.stderr, flush=True)",
        f"while not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.01)",
        "print('third')",
    )
    seen: list[str] = []

    def write(line: str) -> None:
        seen.append(line)
        if line == "second":  # the job goes on only once its second line is here
            gate.touch()

    made._run(made.command, write)
    assert seen == ["first", "second", "third"]


def test_a_job_that_may_work_later_is_tried_again() -> None:
    verdict = {"error": "DatabaseUnavailable", "retry": True, "message": "Postgres: no answer. Start it."}
    with pytest.raises(AirflowException) as raised:
        task("import sys", say(verdict), "sys.exit(1)").execute({})
    assert type(raised.value) is AirflowException
    assert str(raised.value) == "DatabaseUnavailable: Postgres: no answer. Start it."


def test_a_job_that_would_fail_again_is_not_tried_again() -> None:
    verdict = {"error": "SourceMalformed", "retry": False, "message": "tracks.csv line 3: cut. Land it whole."}
    with pytest.raises(AirflowFailException, match=r"SourceMalformed: tracks\.csv line 3: cut\. Land it whole\."):
        task("import sys", say(verdict), "print('java says goodbye')", "sys.exit(2)").execute({})


def test_a_killed_job_is_tried_again() -> None:
    with pytest.raises(AirflowException, match="ingest_fma was killed by SIGKILL") as raised:
        task("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)").execute({})
    assert type(raised.value) is AirflowException


def test_a_job_that_gave_no_reason_is_tried_again_unless_the_call_itself_was_wrong() -> None:
    assert type(failure("match_tracks", 1, ["MemoryError", '{"not": "a verdict"}'])) is AirflowException
    assert "last line: Killed" in str(failure("match_tracks", 137, ["Killed"]))
    assert type(failure("match_tracks", 2, ["No such option"])) is AirflowFailException
    assert failure("match_tracks", 0, ['{"error": "E", "retry": true, "message": "of an earlier try"}']) is None


@pytest.mark.parametrize(
    ("context", "day"),
    [
        ({"params": {"day": None}, "ds": "2020-12-20"}, "2020-12-20"),
        ({"params": {"day": "2020-12-21"}, "ds": "2020-12-20"}, "2020-12-21"),
        ({"params": {"day": "2020-12-21"}}, "2020-12-21"),
        ({"params": {"day": None}}, ""),
    ],
)
def test_the_day_is_the_parameter_or_else_the_logical_date(context: dict, day: str) -> None:
    context["params"]["max_bad_share"] = 0.01
    made = JobTask(task_id="ingest_fma")
    made.render_template_fields(context)
    assert made.day == day


def test_a_run_without_a_date_asks_for_one_and_is_not_tried_again() -> None:
    with pytest.raises(AirflowFailException, match=r"this run has no date.*fill in `day`"):
        checked_day("")
    with pytest.raises(AirflowFailException, match=r"'21\.12\.2020' is not a date"):
        checked_day("21.12.2020")


def test_ending_the_task_ends_the_job_and_its_children(tmp_path: Path) -> None:
    child_pid = tmp_path / "pid"
    made = task(
        "import pathlib, subprocess, sys",
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])",
        f"pathlib.Path({str(child_pid)!r}).write_text(str(child.pid))",
        "print('ready', flush=True)",
        "child.wait()",
    )
    person = threading.Thread(target=kill_when, args=(made, child_pid))
    person.start()
    with pytest.raises(AirflowException, match="ingest_fma was killed by SIGTERM"):
        made.execute({})
    person.join()
    assert gone(int(child_pid.read_text()))


def test_a_job_dies_with_its_task_when_the_task_is_killed_outright(tmp_path: Path) -> None:
    job_pid = tmp_path / "pid"
    job = f"import os, time; open({str(job_pid)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    parent = os.fork()
    if not parent:  # the task's own process, as Airflow forks it
        try:
            task(job)._run([sys.executable, "-c", job], print)
        finally:
            os._exit(0)
    try:
        wait_for(job_pid)
    finally:
        os.kill(parent, signal.SIGKILL)
        os.waitpid(parent, 0)
    assert gone(int(job_pid.read_text()))


def kill_when(made: JobTask, file: Path) -> None:
    wait_for(file)
    made.on_kill()


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 30
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < deadline, f"{file} was never written"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether the process ends within a while; one that nobody has buried yet counts as gone."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False
