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


def test_what_is_given_in_another_form_is_told_before_anything_is_opened(tmp_path):
    given = ("--asset", "SP-1", "--type", "reference-pole", "--link", "modbus+tcp://127.0.0.1:1")
    for option, value in (
        ("--position", "here"),
        ("--instrument", "Kestrel 5500"),
        ("--instrument", "Kestrel 5500,K1,next year"),
        ("--limit", "soak_s=long"),
    ):
        told = run("commission", *given, option, value, "--data", tmp_path / "data")
        assert told.returncode == 1
        assert value in told.stderr
        assert "Traceback" not in told.stderr
    assert not (tmp_path / "data").exists()


def test_a_job_without_anybody_to_ask_is_not_begun(tmp_path):
    given = ("--asset", "SP-1", "--type", "reference-pole", "--link", "modbus+tcp://127.0.0.1:1")
    told = run("commission", *given, "--answers", "eyes:127.0.0.1:1", "--data", tmp_path / "data")
    assert told.returncode == 1
    assert "eyes at 127.0.0.1:1" in told.stderr
    assert "FAIL" not in told.stdout


def test_what_is_missing_of_a_new_job_is_named(tmp_path):
    told = run("commission", "--asset", "SP-1", "--type", "reference-pole", "--data", tmp_path)
    assert told.returncode == 1
    assert told.stderr.splitlines()[0] == "Not given: --link."


def test_a_report_that_could_not_be_written_is_refused_before_the_job_begins(tmp_path):
    given = ("--asset", "SP-1", "--type", "reference-pole", "--link", "modbus+tcp://127.0.0.1:1")
    (tmp_path / "file").write_text("no folder")
    for report in ("report.docx", "file/report.pdf"):
        told = run("commission", *given, "--report", tmp_path / report, "--data", tmp_path / "data")
        assert told.returncode == 1
        assert str((tmp_path / report) if report == "report.docx" else tmp_path / "file") in (
            told.stderr
        )
        assert "Traceback" not in told.stderr
    assert not (tmp_path / "data").exists()
