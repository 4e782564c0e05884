"""Each fault is caught by the check that is there for it, in words that help; good assets pass.

The jobs run several at a time on one field, over real Modbus TCP and MQTT; windows are shortened
by the job's own limits, which are part of its evidence.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from app.commissioning.checks.kinds import kind_of
from app.core.commissioning import JobVerdict, Verdict
from app.simulator.options import MODBUS_TCP, MQTT
from tests.fakes.jobs import NOON_S, open_site, run
from tests.journeys.commissioning_table import POLE, SIGN

AT_ONCE = 11
ANYWHERE_ON_THE_LINE = ("crc_noise", "slow_gateway", "flapping_link")
ROWS = [("pole", *row) for row in POLE] + [("sign", *row) for row in SIGN]
QUICK = {
    ("pole", "silent_unit", "weather"),
    ("pole", "crc_noise", "gateway"),
    ("pole", "wrong_unit_id", "lamp1"),
    ("pole", "swapped_word_order", "meter"),
    ("pole", "wrong_profile", "lamp2"),
    ("pole", "frozen_sensor", "weather"),
    ("pole", "missing_reading", "weather"),
    ("pole", "clock_off", "gateway"),
    ("pole", "missing_phase", "meter"),
    ("pole", "swapped_lamps", "lamp1"),
    ("pole", "warm_shield", "weather"),
}
"""Those that make test runs; the whole table is behind the marker slow."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one job."""

    verdict: JobVerdict
    failed: dict[str, tuple[str, str, str, str]]


async def play(folder, kind, rows):
    """All rows at once, each on an asset of its own."""
    sign = kind == "sign"
    numbers = [f"TS-{i + 1:04d}" if sign else f"SP-{i + 1:04d}" for i in range(len(rows))]
    site = await open_site(
        folder,
        poles=0 if sign else len(rows),
        signs=len(rows) if sign else 0,
        seed=11,
        start_s=NOON_S,
        faults=tuple(
            f"{fault}@{number}/{device}"
            for number, (fault, device, _) in zip(numbers, rows, strict=True)
        ),
    )

    async def one(number, row):
        links = (MODBUS_TCP, MQTT) if sign else (MODBUS_TCP,)
        job = await site.job(number, chooser(*row), links)
        kept = await run(job)
        return Seen(
            kept.verdict(),
            {
                name: (state.measured, state.text, state.text_zh, state.action)
                for name, state in kept.states.items()
                if state.verdict is Verdict.FAIL
            },
        )

    try:
        return await asyncio.gather(*(one(n, row) for n, row in zip(numbers, rows, strict=True)))
    finally:
        await site.close()


def chooser(fault, device, expected):
    """The checks of the faulty device; a restart only where it is what must catch the fault."""

    def keep(check):
        if expected == "settings_kept":
            return check.base == expected and check.slot == device
        if check.base in ("restart", "settings_kept"):
            return False
        if fault in ANYWHERE_ON_THE_LINE:
            return check.step == "connect"
        # The other lamp is the one whose meter shows that two follow one address.
        return check.slot in ("lamp2" if fault == "shared_address" else device, "asset")

    return keep


@pytest.fixture(scope="session")
def table(tmp_path_factory):
    """Plays a batch when one of its rows is asked for first."""
    played = {}

    def seen(row, rows):
        kind = row[0]
        alike = [other for other in rows if other[0] == kind]
        first = alike.index(row) // AT_ONCE * AT_ONCE
        batch = alike[first : first + AT_ONCE]
        if row not in played:
            found = asyncio.run(
                play(tmp_path_factory.mktemp("field"), kind, [one[1:] for one in batch])
            )
            played.update(zip(batch, found, strict=True))
        return played[row]

    return seen


def caught(seen, row):
    _, _, device, expected = row
    assert seen.verdict in (JobVerdict.REJECTED, JobVerdict.CONDITIONAL)
    names = [name for name in seen.failed if name.partition("/")[0] == expected]
    assert names, (row, sorted(seen.failed))
    for measured, text, text_zh, action in seen.failed.values():
        assert len(text) <= 240, text
        assert action, text
        assert action in text
        assert text_zh
        assert "{" not in text + text_zh
        assert measured
        assert any(part in text for part in ("limit", "must be", "shown:")), text
    del device


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "row", [row for row in ROWS if row[:3] in QUICK], ids=lambda row: "-".join(row[:3])
)
def test_a_fault_is_caught_by_its_check(row, table):
    caught(table(row, [one for one in ROWS if one[:3] in QUICK]), row)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "row", [row for row in ROWS if row[:3] not in QUICK], ids=lambda row: "-".join(row[:3])
)
def test_every_fault_is_caught_by_its_check(row, table):
    caught(table(row, [one for one in ROWS if one[:3] not in QUICK]), row)


def test_every_fault_of_the_simulator_is_in_the_table():
    from app.simulator.faults import FAULTS

    later = {"screen_wrong_text"}  # The step that shows a text on the screen comes later.
    listed = {row[1] for row in ROWS} | later
    assert {fault.id for fault in FAULTS} == listed


async def good(folder, *, poles, signs, seed):
    site = await open_site(folder, poles=poles, signs=signs, seed=seed, start_s=NOON_S)

    async def one(asset):
        pole = asset.type == "reference-pole"
        links = (MODBUS_TCP,) if pole else (MODBUS_TCP, MQTT)
        return asset.asset, await run(await site.job(asset.asset, None, links))

    try:
        return dict(await asyncio.gather(*(one(asset) for asset in site.ready.assets)))
    finally:
        await site.close()


def all_pass(jobs):
    for number, job in jobs.items():
        bad = {
            name: (state.verdict, state.text)
            for name, state in job.states.items()
            if state.verdict in (Verdict.FAIL, Verdict.BLOCKED, Verdict.NOT_RUN)
        }
        assert not bad, (number, bad)
        assert job.verdict() is JobVerdict.COMMISSIONED, number


@pytest.mark.timeout(180)
def test_good_assets_are_commissioned(tmp_path):
    all_pass(asyncio.run(good(tmp_path, poles=1, signs=1, seed=101)))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(5))
def test_fifty_good_assets_are_commissioned(tmp_path, seed):
    all_pass(asyncio.run(good(tmp_path, poles=5, signs=5, seed=200 + seed)))


def test_each_row_names_a_kind_that_exists():
    from app.commissioning.checks.kinds import NAMES
    from app.commissioning.limits import LimitTable
    from app.commissioning.procedures import Procedures

    procedures = Procedures(NAMES, LimitTable())
    for kind, _, _, expected in ROWS:
        entries = {entry.id: entry for entry in procedures.get(f"commission-{kind}").checks}
        assert kind_of(entries[expected].kind)
