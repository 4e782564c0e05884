"""A user's own profile, asset type and procedure: more steps and checks, not a line of code."""

from __future__ import annotations

import subprocess

import pytest

from app.commissioning.checks.kinds import NAMES
from app.commissioning.limits import LimitTable
from app.commissioning.opening import JobSetup, new_job, resume_job
from app.commissioning.procedures import load_procedure
from app.commissioning.sealing import sign_off
from app.commissioning.signing import operator_key
from app.commissioning.verifying import verify
from app.commissioning.verifying_folder import verify_folder
from app.core.commissioning import Verdict
from app.core.errors import ProfileError, UserFacing
from app.links.secrets import MemorySecrets
from app.services.engine import EngineOptions, start_engine
from app.settings import RESOURCES, Texts
from tests.cli.command import run as run_command
from tests.commissioning.test_procedures import ADDED
from tests.fakes.jobs import FieldClock, narrow, open_site, run

TEXTS = Texts("en")


def shipped(path):
    return (RESOURCES / path).read_text("utf-8")


@pytest.fixture
def data(tmp_path):
    """A data folder with files of its own under the shipped ones' names and under new ones."""
    own = {
        "profiles/street-door.toml": shipped("profiles/wayside-door-tilt.toml").replace(
            "wayside-door-tilt", "street-door"
        ),
        "asset_types/street-pole.toml": shipped("asset_types/reference-pole.toml")
        .replace('"reference-pole"', '"street-pole"')
        .replace('"commission-pole"', '"commission-street"')
        .replace('"wayside-door-tilt"', '"street-door"'),
        "procedures/commission-street.toml": shipped("procedures/commission-pole.toml").replace(
            '"commission-pole"', '"commission-street"'
        )
        + ADDED,
    }
    for name, text in own.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "data"


def text_of(pdf):
    told = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    return told.stdout


def setup_of(site):
    (place,) = site.ready.assets
    links = (place.links["modbus+tcp"],)
    return JobSetup(asset="SP-0001", asset_type="street-pole", links=links, operator="Li Wei")


async def test_a_job_by_own_files_runs_and_its_report_is_printed_and_proved(data, tmp_path):
    site = await open_site(data, poles=1, signs=0, seed=7)
    try:
        job = await new_job(site.engine, setup_of(site), FieldClock(site.simulator))
        site.jobs.append(job)
        narrow(job.job, lambda check: check.step == "paint")

        async def yes(question):
            assert question.text_zh == "油漆完好吗？"
            return "yes"

        job.desk.answerer = yes
        await run(job)
        for check in ("cabinet_cool/door", "paint_whole"):
            assert job.state(check).verdict is Verdict.PASS
        key = await operator_key("Li Wei", MemorySecrets())
        folders = (RESOURCES, data)
        sealed = await sign_off(job, key, site.engine.audit, folders, soaked=False)
        number = job.job.id
    finally:
        await site.close()
    assert [proof.text for proof in verify(sealed, TEXTS) if not proof.good] == []
    assert [proof.text for proof in await verify_folder(data, TEXTS) if not proof.good] == []
    # Where nobody has the files, the report tells all the same.
    (tmp_path / "alone.json").write_bytes(sealed)
    given = ("--data", tmp_path / "nothing", "--language", "zh_CN")
    for what in ((tmp_path / "alone.json", *given), ("--job", number, "--data", data)):
        done = run_command("report", *what, "--pdf", tmp_path / "report.pdf")
        assert (done.returncode, done.stderr) == (0, "")
        text = text_of(tmp_path / "report.pdf")
        assert ("油漆" in text) if "zh_CN" in what else ("Cabinet cool" in text)


async def test_a_mistake_in_an_own_procedure_names_file_table_key_and_line(data):
    path = data / "procedures/commission-street.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('point = "cabinet_temperature" }', "}", 1), "utf-8")
    path.write_text(text.replace("limits = { high = 55 }", 'limits = { high = "hot" }', 1), "utf-8")
    with pytest.raises(ProfileError) as caught:
        load_procedure(path, NAMES, LimitTable())
    error = caught.value
    line = text[: text.index("limits = { high = 55 }")].count("\n") + 1
    assert (error.line, error.key) == (line, "high")
    assert error.table.startswith("check[")
    assert "commission-street.toml" in str(error)
    site = await open_site(data, poles=1, signs=0, seed=7)
    try:
        with pytest.raises(UserFacing, match=f"(?s)commission-street.*{line}"):
            await new_job(site.engine, setup_of(site))
    finally:
        await site.close()


async def test_a_check_that_names_a_point_the_profile_lacks_fails_in_words(data):
    path = data / "procedures/commission-street.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('point = "cabinet_temperature"', 'point = "cabinet_heat"', 1))
    site = await open_site(data, poles=1, signs=0, seed=7)
    try:
        job = await new_job(site.engine, setup_of(site), FieldClock(site.simulator))
        site.jobs.append(job)
        narrow(job.job, lambda check: check.id == "cabinet_cool/door")
        await run(job)
        state = job.state("cabinet_cool/door")
        assert state.verdict is Verdict.FAIL
        assert "cabinet_heat" in state.text
    finally:
        await site.close()


async def test_a_job_whose_profile_was_changed_is_refused_before_it_goes_on(data):
    site = await open_site(data, poles=1, signs=0, seed=7)
    job = await new_job(site.engine, setup_of(site), FieldClock(site.simulator))
    narrow(job.job, lambda check: check.id == "door_closed/door")
    await run(job)
    await job.close()
    await site.engine.close()
    profile = data / "profiles" / "street-door.toml"
    profile.write_text(profile.read_text("utf-8") + "# another edition\n", "utf-8")
    engine = await start_engine(EngineOptions(data=data))
    try:
        with pytest.raises(UserFacing, match="street-door is not the one that was used"):
            await resume_job(engine, job.job.id)
        # What is switched must be put back all the same.
        kept = await engine.audit.records.job(job.job.id)
        kept["outputs"] = {"door_closed/door": [{"slot": "lamp1", "command": "dim", "value": 0.0}]}
        await engine.audit.records.save_job(job.job.id, kept)
        again = await resume_job(engine, job.job.id)
        assert again.switched() != ()
        await again.close()
    finally:
        await engine.close()
        await site.simulator.stop()
