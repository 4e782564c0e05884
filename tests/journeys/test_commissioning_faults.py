"""Each check catches the fault it is there for, in words that help; good assets pass.

Real Modbus TCP and MQTT, by the hurried clock of the field. One fault a check is played here, each
in a job of only what that check needs; ``wayside bench commissioning`` plays every fault in every
device, in whole jobs.
"""

from __future__ import annotations

import pytest

from app.bench.fault_trials import (
    NIGHT_S,
    NOON_S,
    POLE,
    SIGN,
    Good,
    caught,
    good_assets,
    play,
    rows,
)
from app.commissioning.checks.kinds import NAMES
from app.commissioning.limits import LimitTable
from app.commissioning.procedures import Procedures
from app.simulator.faults import FAULTS

AT_ONCE = 6
SHORT = {"environment_window_s": 20, "stable_window_s": 20, "messages_window_s": 30}
ALSO_FAILS = {
    (POLE, "lamps_steady"): "flicker",
    (POLE, "samples_complete"): "missing_reading",
    (POLE, "meter_in_range"): "out_of_range_sensor",
}
"""Checks that no fault has for its own, and a fault that they fail with all the same."""


def one_a_check():
    """The last place of the last fault of each check: those are the most particular ones."""
    return list({(row.kind, row.check): row for row in rows()}.values())


def batches():
    alike = {
        kind: sorted((r for r in one_a_check() if r.kind == kind), key=lambda row: row.check)
        for kind in (POLE, SIGN)
    }
    return [
        found[at : at + AT_ONCE] for found in alike.values() for at in range(0, len(found), AT_ONCE)
    ]


def only(row):
    """The check that must catch the fault, in every device, and all it needs."""
    return lambda check: check.base == row.check


def helpful(words):
    """Measured value, limit, and what to do now, in three lines of both languages."""
    assert words.measured
    assert len(words.text) <= 240, words.text
    assert words.action, words.text
    assert words.action in words.text
    assert words.action_zh in words.text_zh
    assert "{" not in words.text + words.text_zh
    assert any(part in words.text for part in ("limit", "must be", "shown:")), words.text
    assert any(part in words.text_zh for part in ("限", "应为", "实际")), words.text_zh


@pytest.mark.timeout(90)
@pytest.mark.parametrize("batch", batches(), ids=lambda batch: f"{batch[0].kind}-{batch[0].check}")
def test_a_fault_is_caught_by_its_check(batch):
    seen = play(batch, only, SHORT)
    missed = [
        (row.name, row.check, found.verdict.value, sorted(found.failed))
        for row, found in zip(batch, seen, strict=True)
        if not caught(row, found)
    ]
    assert not missed
    for found in seen:
        for words in found.failed.values():
            helpful(words)


@pytest.mark.timeout(90)
@pytest.mark.parametrize(("kind", "start_s"), [(POLE, NIGHT_S), (SIGN, NOON_S)])
def test_good_assets_are_commissioned(kind, start_s):
    for found in good_assets(Good(kind=kind, count=2, seed=101, start_s=start_s)):
        assert found.is_good, (found.asset, found.open, found.failed)


def test_every_fault_has_its_check_or_says_why_not():
    procedures = Procedures(NAMES, LimitTable())
    known = {
        kind: {entry.id for entry in procedures.get(f"commission-{kind}").checks}
        for kind in (POLE, SIGN)
    }
    for fault in FAULTS:
        for kind, devices in fault.devices.items():
            for device in devices:
                check = fault.check_at(device)
                assert check in known[kind] if check else fault.later, (fault.id, device, check)


def test_every_check_has_a_fault():
    procedures = Procedures(NAMES, LimitTable())
    proven = {(row.kind, row.check) for row in rows()} | set(ALSO_FAILS)
    for kind in (POLE, SIGN):
        for entry in procedures.get(f"commission-{kind}").checks:
            assert (kind, entry.id) in proven, entry.id
    assert {fault.id for fault in FAULTS} >= set(ALSO_FAILS.values())
