"""wayside commission as a process: exit codes, kill -9 and resume, proof of what it leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import pytest

from tests.cli.command import COMMAND, Field, environment, lines, run

SHORT = ("--limit", "stable_window_s=4", "--limit", "environment_window_s=5")


@pytest.fixture
def field():
    started = Field("--poles", "1", "--signs", "0", "--seed", "4")
    yield started
    started.stop()


def arguments(field, tmp_path, *more):
    return (
        "commission",
        *("--asset", "SP-0001", "--type", "reference-pole"),
        *("--link", field.links["SP-0001"]["modbus+tcp"]),
        *("--answers", f"eyes:{field.ready['eyes']}"),
        *("--data", tmp_path / "data", "--report", tmp_path / "report.json"),
        *SHORT,
        *more,
    )


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_in_each_step_it_goes_on_where_it_was(field, tmp_path):
    """Killed as soon as a check of each step has its verdict; nothing that passed runs again."""
    secrets = tmp_path / "passphrase"
    secrets.write_text("correct horse")
    more = {"WAYSIDE_PASSPHRASE_FILE": str(secrets)}
    resume: tuple[str, ...] = ()
    for stop_at in ("Answers without errors", "Settings", "Supply voltage", "Ramp"):
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments(field, tmp_path, *resume))],
            env=environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = []
        for line in process.stdout:
            said.append(line)
            if stop_at in line:
                break
        assert stop_at in said[-1], said[-20:]
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)
        resume = ("--resume", job_of(tmp_path / "data"))
    done = run(*arguments(field, tmp_path, *resume, "--json"), timeout=200, **more)
    (facts,) = lines(done.stdout, "commission")
    assert (done.returncode, facts["verdict"]) == (0, "commissioned"), done.stderr
    proved = run("verify", tmp_path / "report.json", "--json")
    assert all(proof["ok"] for proof in lines(proved.stdout, "verify")), proved.stdout
    body = json.loads((tmp_path / "report.json").read_text("utf-8"))["body"]
    first = [row for row in body["attempts"] if row["attempt"]["check"] == "line_errors/gateway"]
    assert len(first) == 1
    assert not body["job"]["outputs"]


def job_of(data):
    """The id of the job that a data folder keeps."""
    from app.store.opening import open_store

    async def look():
        store = await open_store(f"sqlite:///{(data / 'store.db').as_posix().lstrip('/')}")
        try:
            return next(iter(await store.records.jobs()))
        finally:
            await store.close()

    import asyncio

    return asyncio.run(look())


def test_what_is_missing_on_the_command_line_is_told(tmp_path):
    told = run("commission", "--data", tmp_path)
    assert told.returncode == 1
    assert "--asset" in told.stderr
    told = run("commission", "--resume", "nothing", "--data", tmp_path)
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
