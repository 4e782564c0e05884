"""watch, record, export, doctor, simulate and bench, each as a process against the simulator."""

import csv
import re
import signal
import subprocess
import time

import pytest

from app.cli.sources import Lines
from tests.cli.command import COMMAND, Field, environment, is_told, lines, run, store_of

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def street():
    field = Field("--poles", 1, "--signs", 1)
    yield field
    code, error = field.stop()
    assert code == 0, error
    assert error == ""


def test_watch_prints_a_line_a_sample(street) -> None:
    url = street.links["SP-0001"]["modbus+tcp"]
    result = run(
        "watch", url, "--profile", "wayside-lamp-controller", "--unit", 11, "--for", 2, "--json"
    )
    assert result.returncode == 0, result.stderr
    found = lines(result.stdout, "watch")
    power = [line for line in found if line["point"] == "lamp_power"]
    assert power[0]["device"] == "unit11"
    assert power[0]["unit"] == "W"
    assert power[0]["quality"] == "good"
    assert 0 <= power[0]["value"] <= 250


def test_watch_finds_the_devices_of_a_broker(street) -> None:
    url = street.links["SP-0001"]["mqtt"]
    result = run("watch", url, "--profile", "mqtt-json-pole", "--for", 3, "--json")
    assert result.returncode == 0, result.stderr
    assert {line["device"] for line in lines(result.stdout, "watch")} == {"SP-0001"}


def test_watch_ends_well_on_ctrl_c(street) -> None:
    url = street.links["SP-0001"]["modbus+tcp"]
    arguments = ["watch", url, "--profile", "eastron-sdm630", "--unit", "31"]
    with subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert "unit31/" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=20)
    assert process.returncode == 0
    assert error == ""


def test_a_reader_that_closes_the_pipe_is_no_traceback(street) -> None:
    url = street.links["SP-0001"]["modbus+tcp"]
    arguments = ["watch", url, "--profile", "eastron-sdm630", "--unit", "31", "--for", "3"]
    with subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()
        process.wait(20)
    assert "Traceback" not in error
    assert "Broken" not in error


def test_record_then_export(street, tmp_path) -> None:
    store, out = store_of(tmp_path), tmp_path / "out" / "all.csv"
    result = run(
        "record",
        street.links["SP-0001"]["mqtt"],
        "--profile",
        "mqtt-json-pole",
        "--store",
        store,
        "--capture",
        tmp_path / "pole.wcap",
        "--for",
        3,
        "--json",
    )
    assert result.returncode == 0, result.stderr
    (summary,) = lines(result.stdout, "record")
    assert summary["samples"] == summary["links"][0]["samples"] > 0
    assert (tmp_path / "pole.wcap").stat().st_size > 1000

    result = run("export", "--store", store, "--out", out, "--json")
    assert result.returncode == 0, result.stderr
    (facts,) = lines(result.stdout, "export")
    assert facts["rows"] > 0
    assert "SP-0001/lamp1_power" in facts["points"]
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) > facts["rows"] / len(facts["points"])

    one = run("export", "--store", store, "--point", "*/lamp1_power", "--out", out, "--json")
    (facts,) = lines(one.stdout, "export")
    assert facts["points"] == ["SP-0001/lamp1_power"]

    played = run(
        "watch",
        f"replay://{tmp_path}/pole.wcap",
        "--profile",
        "mqtt-json-pole",
        "--for",
        2,
        "--json",
    )
    assert played.returncode == 0, played.stderr
    assert "SP-0001" in {line["device"] for line in lines(played.stdout, "watch")}


def test_export_reads_beside_a_program_that_records(street, tmp_path) -> None:
    url, store = street.links["SP-0001"]["modbus+tcp"], store_of(tmp_path)
    arguments = ["record", url, "--profile", "eastron-sdm630", "--unit", "31", "--store", store]
    with subprocess.Popen(
        [*COMMAND, *arguments], env=environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 20
        while (result := run("export", "--store", store, "--out", tmp_path / "a.csv")).returncode:
            assert process.poll() is None
            assert time.monotonic() < deadline, result.stderr
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=20)
    assert process.returncode == 0, error
    assert (tmp_path / "a.csv").read_text("utf-8-sig").count("\n") > 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--point", "SP-0001/none"], "There are"),
        (["--from", "yesterday"], "yesterday"),
        (["--from", "now", "--to", "-1h"], "before"),
    ],
)
def test_export_says_what_is_wrong(street, tmp_path, arguments, word) -> None:
    store = store_of(tmp_path)
    url = street.links["TS-0001"]["modbus+tcp"]
    run("record", url, "--profile", "nbiot-sign", "--store", store, "--for", 1.5)
    result = run("export", "--store", store, "--out", tmp_path / "x.csv", *arguments)
    assert is_told(result)
    assert word in result.stderr


NOBODY = ("modbus+tcp://127.0.0.1:1", "--profile", "eastron-sdm120")


def test_a_recording_of_bad_samples_only_is_no_success(tmp_path) -> None:
    result = run("record", *NOBODY, "--store", store_of(tmp_path), "--for", 0.5, "--json")
    assert is_told(result)
    (summary,) = lines(result.stdout, "record")
    assert summary["samples"] > 0
    assert summary["usable"] is False
    assert "Connection refused" in result.stderr


def test_a_capture_that_cannot_be_written_is_told(tmp_path) -> None:
    (tmp_path / "file").touch()
    file = tmp_path / "file" / "x.wcap"
    result = run("record", *NOBODY, "--data", tmp_path, "--for", 0.5, "--capture", file)
    assert is_told(result)
    assert f"{file} cannot be written: " in result.stderr


def test_an_export_that_cannot_be_written_is_told(tmp_path) -> None:
    run("record", *NOBODY, "--data", tmp_path, "--for", 0.5)
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "x.csv"
    result = run("export", "--data", tmp_path, "--out", out)
    assert is_told(result)
    assert f"{out} cannot be written: " in result.stderr


def test_a_folder_that_is_made_for_a_file_is_told_and_counting_is_for_terminals(tmp_path) -> None:
    file = tmp_path / "new" / "x.wcap"
    result = run("record", *NOBODY, "--data", tmp_path, "--for", 1.2, "--capture", file)
    assert f"Folder made: {file.parent}\n" in result.stderr
    assert "\r" not in result.stderr
    assert re.fullmatch(
        r"Samples recorded: \d+, none of them good, in \S+store\.db\n", result.stdout
    )
    out = tmp_path / "other" / "x.csv"
    result = run("export", "--data", tmp_path, "--out", out, "--point", "unit1/voltage")
    assert result.stderr == f"Folder made: {out.parent}\n"
    assert re.fullmatch(r"Written: .*x\.csv - samples, one a row: \d+; points: 1\n", result.stdout)


def test_a_pdf_must_be_named_so_and_no_folder_is_made_for_another(tmp_path) -> None:
    (tmp_path / "report.json").touch()
    out = tmp_path / "new" / "report.txt"
    result = run("report", tmp_path / "report.json", "--pdf", out)
    assert is_told(result)
    assert f"{out} does not end in .pdf." in result.stderr
    assert not out.parent.exists()


def test_a_dead_link_is_told_once_to_people() -> None:
    result = run("watch", *NOBODY, "--for", 2.5)
    assert is_told(result)
    (line,) = result.stdout.splitlines()
    assert "unit1" in line
    assert line.endswith("a read is not answered; told again when that changes  bad_comms")


def test_lines_for_people_tell_silence_when_it_begins_and_values_as_they_are_said(capsys) -> None:
    lines_of = Lines()

    def say(point, quality="good", value=None):
        time = "2026-11-22T18:30:00.000000Z"
        fields = {"device": "lamp", "unit": "", "source_time": time, "receive_time": time}
        lines_of.take({"point": point, "value": value, "quality": quality, **fields})
        return capsys.readouterr().out

    assert "bad_comms" in say("power", "bad_comms")
    assert say("level", "bad_comms") == ""
    assert say("power", "bad_comms") == ""
    assert " true " in say("power", value=True)
    assert " 0 " in say("power", value=-0.0)
    assert say("level", "bad_comms") == ""
    assert "bad_comms" in say("power", "bad_comms")


@pytest.mark.parametrize("kind", ["random", "cut", "folder"])
def test_doctor_fails_a_folder_whose_store_is_none_and_changes_nothing(tmp_path, kind) -> None:
    place = tmp_path / "data"
    place.mkdir()
    file = place / "store.db"
    data = {"random": bytes(range(255, -1, -1)) * 40, "cut": b"SQLite format 3\0" + bytes(34)}
    if kind == "folder":
        file.mkdir()
    else:
        file.write_bytes(data[kind])
    for language in ("en", "zh_CN"):
        result = run("doctor", "--data", place, "--json", LC_ALL=f"{language}.UTF-8")
        assert result.returncode == 1
        (found,) = [one for one in lines(result.stdout, "doctor") if one["id"] == "data"]
        assert found["verdict"] == "fail"
        assert str(file) in found["seen"]
        assert found["fix"]
        damaged = {"en": "It is damaged, or was written by another program.", "zh_CN": "已损坏"}
        assert (damaged[language] in found["seen"]) is (kind != "folder")
    assert list(place.iterdir()) == [file]
    assert kind == "folder" or file.read_bytes() == data[kind]


def test_doctor_passes_a_good_link(street, tmp_path) -> None:
    url = street.links["SP-0001"]["modbus+tcp"]
    result = run("doctor", url, "--data", tmp_path, "--json")
    found = lines(result.stdout, "doctor")
    assert [line["id"] for line in found][:3] == ["system", "window", "profiles"]
    assert "fail" not in [line["verdict"] for line in found if line["id"] != "ports"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["watch", "modbus+tpc://127.0.0.1", "--profile", "eastron-sdm120", "--for", "1"],
        ["watch", "mqtt://u:secret@127.0.0.1", "--profile", "mqtt-json-pole", "--for", "1"],
        ["watch", "modbus+tcp://127.0.0.1:1", "--profile", "no-such", "--for", "1"],
        ["watch", "modbus+tcp://127.0.0.1:1", "--profile", "mqtt-json-pole", "--for", "1"],
        ["watch", "modbus+tcp://127.0.0.1:1", "--profile", "/none.toml", "--for", "1"],
        ["export", "--store", "sqlite:///nowhere/s.db", "--out", "x.csv"],
        ["export", "--store", "sqlite:///nowhere/s.db", "--out", "x.pdf"],
        ["record", "modbus+tcp://h", "--profile", "eastron-sdm120", "--store", "mysql://x"],
        ["bench", "nonsense"],
        ["doctor", ""],
        ["simulate", "--fault", "nonsense@SP-0001"],
        [],
    ],
)
def test_mistakes_are_told_in_words(arguments) -> None:
    result = run(*arguments)
    assert is_told(result), (result.returncode, result.stderr)
    assert "secret" not in result.stderr
    assert result.stdout == ""


def test_a_link_that_is_down_is_a_gap_and_an_error_with_the_next_step() -> None:
    url = "modbus+tcp://127.0.0.1:1"
    result = run("watch", url, "--profile", "eastron-sdm120", "--for", 1, "--json")
    assert is_told(result)
    assert "wayside doctor" in result.stderr
    found = lines(result.stdout, "watch")
    assert {(line["value"], line["quality"]) for line in found} == {(None, "bad_comms")}


def test_texts_follow_the_language_of_the_environment() -> None:
    result = run(LANG="zh_CN.UTF-8")
    assert "没有显示器" in result.stderr


def test_faults_are_listed() -> None:
    result = run("simulate", "--list-faults", "--json")
    (faults,) = lines(result.stdout, "simulate_faults")
    assert "silent_unit" in [fault["id"] for fault in faults]
    assert "silent_unit" in run("simulate", "--list-faults").stdout


def test_profiles_are_checked(tmp_path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[profile]\nid = 3\n", "utf-8")
    result = run("profile", "check", bad, tmp_path / "none.toml", "--json")
    assert result.returncode == 1
    found = lines(result.stdout, "profile_check")
    assert [line["grade"] for line in found] == ["faulty", "faulty"]
    assert found[0]["findings"][0]["line"] == 2


def test_bench_lists_its_names() -> None:
    assert "ingest-small" in run("bench", "--list").stdout.splitlines()


def test_the_command_line_starts_without_qt_and_numpy() -> None:
    code = "import sys, app.cli; print([m for m in ('PySide6', 'numpy') if m in sys.modules])"
    result = subprocess.run(
        [COMMAND[0], "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert result.stdout.strip() == "[]"


def test_an_option_of_the_window_before_a_command_is_refused_not_lost(tmp_path) -> None:
    done = run("--data", tmp_path / "kept", "export", "--out", tmp_path / "k.csv")
    assert done.returncode == 2
    assert "--data before a command" in done.stderr
    assert not (tmp_path / "k.csv").exists()
