"""wayside commission as a process: what is missing is told."""

from __future__ import annotations

from tests.cli.command import run


def test_what_is_missing_on_the_command_line_is_told(tmp_path):
    told = run("commission", "--data", tmp_path)
    assert told.returncode == 1
    assert "--asset" in told.stderr
    told = run("commission", "--resume", "nothing", "--data", tmp_path)
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
