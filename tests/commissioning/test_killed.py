"""kill -9 in each step of a pole job, and at each point of its signing: nothing is lost, nothing
goes out twice, the lamps come back."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.commissioning.job import Job
from app.commissioning.verifying import verify
from app.commissioning.verifying_folder import verify_folder
from app.core.commands import FINISHED, CommandState
from app.core.commissioning import Verdict
from app.settings import Texts
from app.simulator.options import MODBUS_TCP, SimulatorOptions
from app.simulator.run import FieldSimulator
from app.store.opening import open_reader
from tests.cli.command import COMMAND, environment, lines
from tests.fakes.quick_jobs import QUICK

ROOT = Path(__file__).parents[2]
AT_ONCE = 4
TEXTS = Texts("en")


@dataclass(frozen=True)
class Case:
    """Where a job is killed: in which step, at which check, at which moment of it."""

    step: str
    check: str
    moment: str
    more: tuple[str, ...] = ()
    signed: bool = False
    changes: dict = field(default_factory=dict)


CASES = (
    # The longest first: the others are over meanwhile.
    Case("lighting", "acknowledged/lamp1", "accepted", more=("door_closed/door",)),
    Case("connect", "line_errors/gateway", "running"),
    Case("discover", "config/lamp1", "sent", more=("line_errors/gateway",)),
    Case("electrical", "tilt/door", "running"),
    Case("environment", "in_range/weather", "running", changes={"environment_window_s": 2}),
    Case("review", "door_closed/door", "sealing"),
    Case("review", "door_closed/door", "signed", signed=True),
    Case("review", "door_closed/door", "half written", signed=True),
)


@pytest.fixture
async def field_of_poles():
    simulator = FieldSimulator(
        SimulatorOptions(poles=len(CASES), signs=0, seed=11, protocols=(MODBUS_TCP,))
    )
    ready = await simulator.start()
    yield simulator, ready
    await simulator.stop()


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_killed_in_each_step_a_job_goes_on_and_leaves_the_street_as_it_was(
    field_of_poles, tmp_path
):
    simulator, ready = field_of_poles
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, case: Case) -> None:
        async with turn:
            await killed(simulator, ready, ready.assets[number], case, tmp_path / str(number))

    work = [one(number, case) for number, case in enumerate(CASES)]
    ended = await asyncio.gather(*work, return_exceptions=True)
    wrong = [error for error in ended if error is not None]
    if wrong:
        raise wrong[0]


async def killed(simulator, ready, place, case: Case, data: Path) -> None:
    lamp = simulator.world.assets[place.asset].body.lamp_players["lamp1"]
    lamp.settings.now["fade_time"] = 7.0 if case.moment == "sent" else 0.0
    before = lamp.dim_command
    given = {
        "asset": place.asset,
        "keep": [case.check, *case.more],
        "check": case.check,
        "moment": case.moment,
        "eyes": ready.eyes,
        "changes": {**QUICK, **case.changes},
    }
    child = (sys.executable, "-m", "tests.commissioning.killed_child")
    code, told = await process(*child, data, place.links[MODBUS_TCP], json.dumps(given))
    assert code == -9, (case, told)
    job, commands = await kept(data)
    assert bool(job.signed_ns) == case.signed, case
    assert job.focus == f"{case.check}|control"
    assert not (data / "report.json").exists()
    if case.moment == "accepted":
        assert lamp.dim_command != before, "the kill came too late to prove anything"
        assert job.outputs
    if case.signed:
        await printed_again(job.id, data)
    else:
        await gone_on(job, place, ready, data)
    ended, after = await kept(data)
    assert ended.signed_ns
    assert not ended.outputs
    assert lamp.dim_command == before, case
    for command in commands.values():
        # What was under way when the program died is looked at again, but not sent again.
        if command.state in (CommandState.QUEUED, CommandState.SENT, CommandState.ACCEPTED):
            found = after[command.id]
            assert found.state in FINISHED
            assert found.sent_ns == command.sent_ns
            assert sum(is_write(frame) for frame in found.frames) <= 1
    proofs = await verify_folder(data, TEXTS)
    assert [proof.text for proof in proofs if not proof.good] == [], case


def is_write(frame) -> bool:
    """Whether a Modbus frame writes: its function is in the second byte."""
    return bytes.fromhex(frame.request)[1] in (5, 6, 15, 16)


async def gone_on(job: Job, place, ready, data: Path) -> None:
    """Taken up on the command line to its end: what had its verdict keeps it."""
    code, told = await process(
        *COMMAND,
        *("commission", "--resume", job.id, "--data", data, "--json"),
        *("--answers", f"eyes:{ready.eyes}"),
    )
    assert code == 0, told
    (facts,) = lines(told.splitlines()[-1], "commission")
    assert facts["verdict"] == "commissioned"
    ended, _ = await kept(data)
    for check, state in job.states.items():
        if state.verdict is Verdict.PASS:
            assert ended.states[check].attempts == state.attempts, check
        assert ended.states[check].verdict is Verdict.PASS, check


async def printed_again(job: str, data: Path) -> None:
    """A signed job's report, from what the folder keeps."""
    told = await process(
        *COMMAND, "report", "--job", job, "--data", data, "--pdf", data / "again.pdf"
    )
    assert told[0] == 0, told
    assert (data / "again.pdf").read_bytes()[:5] == b"%PDF-"
    proofs = verify((data / "again.json").read_bytes(), TEXTS)
    assert [proof.text for proof in proofs if not proof.good] == []


async def kept(data: Path):
    """The one job of a folder, and its commands by id."""
    store = await open_reader(f"sqlite://{data.as_posix()}/store.db")
    try:
        (document,) = (await store.records.jobs()).values()
        commands = await store.records.commands()
        return Job.of(document), {command.id: command for command in commands}
    finally:
        await store.close()


async def process(*command: object) -> tuple[int, str]:
    """Run to its end; the exit code, and what it said."""
    running = await asyncio.create_subprocess_exec(
        *map(str, command),
        cwd=ROOT,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await running.communicate()
    return running.returncode, out.decode("utf-8", "replace")[-4000:]
