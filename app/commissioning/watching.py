"""A pass can be lost: live values that leave the limits before sign-off open the check again."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from app.commissioning.checks.base import Lane
from app.commissioning.checks.kinds import kind_of
from app.commissioning.checks.naming import points_of
from app.commissioning.field_access import AssetField
from app.commissioning.job import Job
from app.commissioning.limits import LimitTable
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import Verdict
from app.core.quality import Quality, is_bad, is_good
from app.core.rows import PointKey, Sample
from app.services.live import LiveBuffers


class LiveWatch:
    """Looks at the newest samples of passed checks once a second; some bad ones are no accident."""

    def __init__(self, field: AssetField, live: LiveBuffers, limits: LimitTable) -> None:
        self._field = field
        self._live = live
        self._silent_looks = int(limits.get("watch_silent_s").value)
        self._rest_looks = int(limits.get("watch_rest_s").value)
        self._bad_looks = int(limits.get("watch_bad_looks").value)
        self._bad: dict[str, int] = {}
        self._resting: dict[str, int] = {}

    def rest(self, job: Job, running: Collection[str]) -> None:
        """Called once a look: devices that are moved just now need time to come to rest."""
        slots = self._touched(job, running)
        self._resting = {slot: left - 1 for slot, left in self._resting.items() if left > 1}
        self._resting.update(dict.fromkeys(slots, self._rest_looks))

    def _touched(self, job: Job, running: Collection[str]) -> frozenset[str]:
        """Devices that a running check moves just now: what they tell is no fault of theirs."""
        touched: set[str] = set()
        for name in running:
            check = job.check(name)
            lane = kind_of(check.kind).lane
            if lane is Lane.EXCLUSIVE:
                return frozenset(self._field.profiles)
            if lane is Lane.ACTUATES:
                touched.update(check.slots)
        return frozenset(touched)

    def lost(self, job: Job) -> Iterator[str]:
        """The checks whose live data have gone bad; each is told once."""
        for check in job.plan:
            passed = job.states[check.id].verdict in (Verdict.PASS, Verdict.MARGINAL)
            if check.slot in self._resting:
                continue
            if not passed or check.uses or not kind_of(check.kind).watches:
                self._bad.pop(check.id, None)
                continue
            if self._look(check):
                self._bad[check.id] = self._bad.get(check.id, 0) + 1
            else:
                self._bad[check.id] = 0
            enough = self._silent_looks if check.kind == "answers" else self._bad_looks
            if self._bad[check.id] >= enough:
                self._bad[check.id] = 0
                job.states[check.id].reopened += 1
                yield check.id

    def _look(self, check: PlannedCheck) -> bool:
        device = self._field.device(check.slot)
        if check.kind == "answers":
            known = self._live.keys()
            keys = [key for key in known if key.device == device]
            latest = [sample for key in keys if (sample := self._live.latest(key)) is not None]
            return bool(latest) and all(s.quality == Quality.BAD_COMMS for s in latest)
        for point in points_of(check):
            key = PointKey(device=device, point=point)
            sample = self._live.latest(key)
            if sample is not None and _violates(check, sample):
                return True
        return False


def _violates(check: PlannedCheck, sample: Sample) -> bool:
    if is_bad(sample.quality):
        # A lost read is the link's matter; a reading that the device itself calls bad is not.
        return sample.quality != Quality.BAD_COMMS
    if not is_good(sample.quality) or isinstance(sample.value, str) or sample.value is None:
        return False
    if check.kind == "equals":
        return bool(sample.value != check.options.get("value", 0))
    low, high = check.limits.get("low"), check.limits.get("high")
    value = float(sample.value)
    return (low is not None and value < low) or (high is not None and value > high)
