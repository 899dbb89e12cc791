"""Run a job as ``overtone run JOB --day D`` in a process of its own, and turn its end into Airflow's words.

A job that dies takes no worker with it, and Airflow does not import Spark. The last line of a job that
failed is ``{"error": …, "retry": …, "message": …}``; it alone decides whether trying again makes sense.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from etl.machine.process import end_with_parent

OVERTONE = (sys.executable, "-u", "-m", "overtone.cli")

# The day is the run's logical date: for scheduled and backfilled runs, the day whose data interval it is.
DAY = "{{ params.day or (ds if ds is defined else '') }}"

NO_DATE = (
    "nightly_refresh: this run has no date. Trigger it again and fill in `day` (the day of the data), or give "
    "it a logical date."
)

# Airflow kills a task for good 5 s after asking it to end; the job must be gone before.
PATIENCE_S = 3.0


class JobTask(BaseOperator):
    """One job for one day.

    Args:
        task_id: the job's name, as ``overtone run`` takes it.
        command: what to run in the place of ``overtone``.
    Raises:
        AirflowFailException: there is no date, or the job says that the same call would fail again.
        AirflowException: the job says that the same call may work later, or it was killed. Airflow tries again.
    """

    template_fields = ("day", "max_bad_share")
    ui_color = "#e8f0ee"

    def __init__(self, *, task_id: str, command: Sequence[str] = OVERTONE, **kwargs: Any) -> None:
        super().__init__(task_id=task_id, **kwargs)
        self.job = task_id
        self.command = tuple(command)
        self.day = DAY
        self.max_bad_share = "{{ params.max_bad_share }}"
        self._process: subprocess.Popen[str] | None = None

    def execute(self, context: Any) -> None:
        """Run the job and write its lines to the task's log as they come."""
        arguments = ("run", self.job, "--day", checked_day(self.day), "--max-bad-share", self.max_bad_share)
        end = failure(self.job, *self._run([*self.command, *arguments, "--error-json"], self.log.info))
        if end:
            raise end

    def on_kill(self) -> None:
        """End the job and everything it started: a person stopped the task, or its worker goes down."""
        if process := self._process:
            _signal_group(process, signal.SIGTERM)
            last_word = threading.Timer(PATIENCE_S, _signal_group, (process, signal.SIGKILL))
            last_word.daemon = True
            last_word.start()

    def _run(self, command: Sequence[str], write: Callable[[str], None]) -> tuple[int, list[str]]:
        self._process = process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
            preexec_fn=end_with_parent,
        )
        lines: list[str] = []
        try:
            assert process.stdout
            for line in process.stdout:
                write(line.rstrip())
                lines = [*lines[-20:], line.strip()]
            return process.wait(), lines
        finally:
            _signal_group(process, signal.SIGKILL)  # a JVM may outlive the Python that started it
            process.wait()
            self._process = None


def checked_day(text: str) -> str:
    """Return the day as ISO text.

    Raises:
        AirflowFailException: there is none, or it is not a date.
    """
    if not text or text == "None":
        raise AirflowFailException(NO_DATE)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise AirflowFailException(f"day: {text!r} is not a date. Write it as 2020-12-21.") from None


def failure(job: str, code: int, lines: Sequence[str]) -> AirflowException | None:
    """Tell what to raise for a job that ended with ``code`` and these last lines; None when it did its work.

    Lines after the verdict do not hide it: Java may still say goodbye.
    """
    if code == 0:
        return None
    if code < 0:
        return AirflowException(f"{job} was killed by {signal.Signals(-code).name}; running it again is safe")
    for line in reversed(lines):
        with suppress(ValueError, TypeError, KeyError):
            verdict = json.loads(line)
            text = f"{verdict['error']}: {verdict['message']}"
            return AirflowException(text) if verdict["retry"] else AirflowFailException(text)
    last = lines[-1] if lines else "none"
    text = f"{job} ended with exit code {code} and gave no reason; its last line: {last}"
    # 2 is a mistake in the call itself. Anything else died before it could judge, as when memory runs out.
    return AirflowFailException(text) if code == 2 else AirflowException(text)


def _signal_group(process: subprocess.Popen, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
