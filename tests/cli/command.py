"""Running the wayside command as a process of its own, as a user or a script does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema

from app.settings import RESOURCES

COMMAND = [sys.executable, "-m", "app"]


def environment(**changes: str) -> dict[str, str]:
    """The environment of the test without a display and in English."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "LC_ALL", "LC_MESSAGES", "LANG")
    kept = {key: value for key, value in os.environ.items() if key not in hidden}
    return {**kept, "PYTHONWARNINGS": "error", **changes}


def run(*arguments: object, timeout: float = 40, **changes: str) -> subprocess.CompletedProcess:
    """Run to the end; standard output and error as text."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def lines(output: str, schema: str) -> list:
    """The JSON lines of an output, each checked against the schema of that name."""
    text = (RESOURCES / "schemas" / f"cli_{schema}.schema.json").read_text("utf-8")
    found = [json.loads(line) for line in output.splitlines()]
    for line in found:
        jsonschema.validate(line, json.loads(text))
    return found


class Field:
    """The field simulator as a process; its links by asset and scheme."""

    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "simulate", *map(str, arguments)],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        (self.ready,) = lines(self.process.stdout.readline(), "simulate")
        self.links = {asset["asset"]: asset["links"] for asset in self.ready["assets"]}

    def stop(self) -> tuple[int, str]:
        """Ctrl-C; the exit code and what it said on standard error."""
        self.process.send_signal(signal.SIGINT)
        _, error = self.process.communicate(timeout=20)
        return self.process.returncode, error


def is_told(result: subprocess.CompletedProcess) -> bool:
    """An error as it must be: exit code 1, words on standard error, no traceback."""
    return result.returncode == 1 and result.stderr.strip() and "Traceback" not in result.stderr


def store_of(folder: Path) -> str:
    """The store's URL in a data folder."""
    return f"sqlite://{folder.as_posix()}/store.db"
