"""That we come late is never held against a device."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from app.commissioning.checks.discover import ClockCheck
from app.commissioning.checks.ramp import Settles
from app.commissioning.checks.values import Window
from app.commissioning.frames import Reading, Write
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import Frame, Verdict
from app.core.quality import Quality
from app.profiles.library import Library

PROFILES = Library()
LAMP, STATION = "wayside-lamp-controller", "wayside-weather-station"


def planned(**more):
    return PlannedCheck(id="a/b", base="a", step="s", kind="k", slot="b", **more)


def at(second, value, asked=None):
    """A reading that was seen at that second, and asked for at another."""
    asked_ns = 0 if asked is None else int(asked * 1e9)
    return Reading(time_ns=int(second * 1e9), value=value, quality=Quality.GOOD, asked_ns=asked_ns)


@dataclass
class LateRig:
    """Each read takes so long; the temperature stands still until a moment."""

    took_s: float
    moves_at_s: float = 0.0
    now_s: float = 0.0
    read_at: list[float] = field(default_factory=list)

    def now_ns(self):
        return int(self.now_s * 1e9)

    def profile(self, _):
        return PROFILES.profile(STATION)

    async def sleep(self, seconds):
        self.now_s += seconds

    async def read(self, _, *points):
        self.now_s += self.took_s
        self.read_at.append(self.now_s)
        value = self.now_s if self.now_s > self.moves_at_s else 0.0
        return {point: at(self.now_s, value) for point in points}


def window(*moving, still=60.0):
    return planned(
        options={"points": ["temperature"], "moving": list(moving)},
        limits={"window": 6.0, "period": 1.0, "still": still},
    )


@pytest.mark.parametrize("took_s", [0.0, 0.4, 2.5])
async def test_a_window_has_all_its_samples_however_late_we_are(took_s):
    rig = LateRig(took_s)
    await Window().gather(window("temperature"), rig)
    assert len(rig.read_at) == 7
    assert rig.now_s <= 6.0 + 7 * (took_s + 0.5)


async def test_a_point_that_stands_still_is_looked_at_until_it_moves_or_a_minute_is_over():
    moves, stands = LateRig(0.0, moves_at_s=20.0), LateRig(0.0, moves_at_s=1e9)
    await Window().gather(window("temperature"), moves)
    await Window().gather(window("temperature"), stands)
    assert 20.0 < moves.now_s < 22.0
    assert 60.0 <= stands.now_s < 62.0
    unwatched = LateRig(0.0, moves_at_s=1e9)
    await Window().gather(window(), unwatched)
    assert unwatched.now_s == 6.0


@dataclass
class Told:
    """What a trace tells of one device."""

    profile: str
    points: dict
    written: tuple = ()

    @property
    def profiles(self):
        return {"b": PROFILES.profile(self.profile)}

    @property
    def frames(self):
        last = max(one.time_ns for found in self.points.values() for one in found)
        return [Frame(kind="error", time_ns=last, device="b", note="", request="", response="")]

    def readings(self, _, point):
        return self.points.get(point, [])

    def numbers(self, slot, point):
        return [(one.time_ns, one.value) for one in self.readings(slot, point)]

    def writes(self, *_):
        return list(self.written)


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        # Right to the second, but seen two seconds after it was told.
        ([at(102.1, 100.0, asked=100.2)], Verdict.PASS),
        # One of three was quick, and says how it is.
        ([at(102.1, 96.0, asked=100.2), at(103.1, 99.0, asked=103.0)], Verdict.FAIL),
        ([at(100.1, 103.0, asked=100.0)], Verdict.FAIL),
    ],
)
def test_a_clock_is_judged_by_when_it_can_have_been_told(told, verdict):
    check = planned(limits={"high": 1.0})
    found = ClockCheck().judge(check, Told("wayside-pole-gateway", {"clock": told}))
    assert found.verdict is verdict
    if verdict is Verdict.PASS:
        assert abs(found.value) <= 1.0


@pytest.mark.parametrize(
    ("looks", "verdict"),
    [
        # Not there at 1 s, there at 9 s: when it came, nobody knows.
        ([at(1.0, 20.0), at(9.0, 100.0), at(9.5, 100.0)], Verdict.PASS),
        # Not there at 5 s, where it had to be there after 3 s.
        ([at(5.0, 20.0), at(9.0, 100.0), at(9.5, 100.0)], Verdict.FAIL),
    ],
)
def test_a_level_is_late_only_where_it_was_seen_to_be(looks, verdict):
    check = planned(
        options={"command": "dim", "levels": [100]},
        limits={"tolerance": 2.0, "after_fade": 1.0},
    )
    write = Write(time_ns=0, value=100.0, accepted=True, took_s=0.1)
    points = {"dim_level": looks, "fade_time": [at(0.0, 2.0)]}
    found = Settles().judge(check, Told(LAMP, points, (write,)))
    assert found.verdict is verdict
