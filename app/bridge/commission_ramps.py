"""The ramps of a step as the wizard draws them, and a tile for each device that is moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.bridge.commission_job_views import JobViews
from app.bridge.commission_views import JobView
from app.commissioning.checks.ramp import command_of
from app.commissioning.engine import JobEngine
from app.commissioning.planning import PlannedCheck
from app.core.profiles import CommandSpec, DeviceProfile
from app.core.quality import Quality, is_good
from app.core.rows import PointKey
from app.profiles.units import display
from app.services.live import LiveBuffers
from app.store.records_reading import KeptAttempt

FULL = 100
"""The level at which a lamp must take its rated power."""
_NS = 1_000_000_000
Points = tuple[tuple[float, float], ...]
Series = Mapping[str, Points]


@dataclass(frozen=True, slots=True, kw_only=True)
class RampCurve:
    """One device: what follows its level, over seconds; ``commanded`` in per cent of ``full``.

    ``low`` and ``high`` are the limits at full level where there are some.
    """

    slot: str
    title: str
    points: Points
    low: float | None = None
    high: float | None = None
    commanded: Points = ()
    full: float = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TileView:
    """One device that is moved: set-point, feedback and effect as text, the state of its checks.

    ``identify`` is the check that makes it show itself, empty where it cannot.
    """

    slot: str
    title: str
    unit: int
    state: str
    command: str = ""
    level: str = ""
    effect: str = ""
    identify: str = ""
    icon: str = "lamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class RampView:
    """The curves of a step in one unit, on one axis of seconds from the first command."""

    curves: tuple[RampCurve, ...]
    seconds: float
    running: bool
    unit: str = ""
    tiles: tuple[TileView, ...] = ()


class Ramps:
    """Collects the ramps of a job: finished ones from the evidence, the running one from live."""

    def __init__(
        self, engine: JobEngine, live: LiveBuffers, views: JobViews, language: str
    ) -> None:
        self._engine = engine
        self._live = live
        self._views = views
        self._language = language
        self._done: dict[str, Series] = {}
        self._since: dict[str, int] = {}

    def checks(self) -> tuple[str, ...]:
        """The checks that are ramps."""
        plan = self._engine.job.plan
        return tuple(check.id for check in plan if check.kind == "ramp" and check.fitted)

    def take(self, kept: Sequence[KeptAttempt]) -> None:
        """Learn what the evidence has."""
        ramps = self.checks()
        for one in kept:
            if one.attempt.check in ramps and one.attempt.outcome.values:
                self._done[one.attempt.check] = one.attempt.outcome.values

    def begun(self, check: str, now_ns: int) -> None:
        """A ramp runs from now on."""
        self._since.setdefault(check, now_ns)
        self._done.pop(check, None)

    def ended(self, check: str) -> None:
        """A ramp does not run any more."""
        self._since.pop(check, None)

    def view(self, view: JobView, now_ns: int) -> RampView | None:
        """The ramps of the step shown, None where it has none."""
        job = self._engine.job
        ramps = [job.check(name) for name in self.checks() if job.check(name).step == view.step]
        if not ramps:
            return None
        curves = tuple(self._curve(check, now_ns) for check in ramps)
        ends = [points[-1][0] for curve in curves for points in (curve.points, curve.commanded)
                if points]  # fmt: skip
        profile, _, plotted = self._parts(ramps[0])
        return RampView(
            curves=curves,
            seconds=max(ends, default=0.0),
            running=any(check.id in self._engine.running() for check in ramps),
            unit=display(profile.point(plotted).unit, self._language),
            tiles=tuple(self._tile(check, view) for check in ramps),
        )

    def _parts(self, check: PlannedCheck) -> tuple[DeviceProfile, CommandSpec, str]:
        """The profile, the command, and the point that is drawn: the effect, else the feedback."""
        profile = self._engine.field.profiles[check.slot]
        spec = command_of(profile, check.options["command"])
        return profile, spec, str(spec.effect.get("point", "")) or spec.feedback

    def _tile(self, check: PlannedCheck, view: JobView) -> TileView:
        profile, spec, plotted = self._parts(check)
        own = [self._engine.job.check(c.id) for c in view.of_step(check.step)]
        own = [planned for planned in own if planned.slot == check.slot]
        states = {c.state for c in view.of_step(check.step) if c.id in {p.id for p in own}}
        effect = plotted if plotted != spec.feedback else ""
        return TileView(
            slot=check.slot,
            title=self._views.devices.get(check.slot, check.slot),
            unit=check.unit,
            state=next((s for s in ("fail", "running", "marginal") if s in states), ""),
            command=self._latest(profile, check.slot, spec.point),
            level=self._latest(profile, check.slot, spec.feedback),
            effect=self._latest(profile, check.slot, effect),
            identify=next((planned.id for planned in own if planned.kind == "which"), ""),
            icon="lamp" if spec.effect.get("rated") else "sign",
        )

    def _latest(self, profile: DeviceProfile, slot: str, name: str) -> str:
        point = next((p for p in profile.points if p.id == name), None)
        if point is None:
            return ""
        value = self._value(slot, name)
        if value is None:
            return "–"
        decimals = 0 if point.unit == "%" else point.decimals
        return f"{value:.{decimals}f} {display(point.unit, self._language)}".rstrip()

    def _value(self, slot: str, point: str) -> float | None:
        found = self._live.latest(PointKey(device=self._engine.field.device(slot), point=point))
        if found is None or isinstance(found.value, str) or not is_good(Quality(found.quality)):
            return None
        return None if found.value is None else float(found.value)

    def _curve(self, check: PlannedCheck, now_ns: int) -> RampCurve:
        job = self._engine.job
        profile, spec, plotted = self._parts(check)
        low, high = None, None
        for planned in job.plan:
            options = planned.options
            if planned.slot == check.slot and options.get("level") == FULL and "rated" in options:
                low, high = _band(job.states[planned.id].expected)
        done = self._done.get(check.id, {})
        if check.id in self._since:
            points = self._lived(check.slot, plotted, self._since[check.id], now_ns)
            commanded = self._lived(check.slot, spec.point, self._since[check.id], now_ns)
        else:
            points = done.get(f"{check.slot}/{plotted}", ())
            commanded = done.get(f"{check.slot}/{spec.point}", ())
        return RampCurve(
            slot=check.slot,
            title=self._views.devices.get(check.slot, check.slot),
            points=points,
            low=low,
            high=high,
            commanded=commanded,
            full=self._full(profile, spec, check.slot),
        )

    def _full(self, profile: DeviceProfile, spec: CommandSpec, slot: str) -> float:
        """What is drawn at full level: the rated effect, else 100 per cent."""
        rated = str(spec.effect.get("rated", ""))
        if not rated:
            return float(FULL)
        return self._value(slot, rated) or float(profile.constants.get(rated, FULL))

    def _lived(self, slot: str, point: str, since_ns: int, now_ns: int) -> Points:
        key = PointKey(device=self._engine.field.device(slot), point=point)
        found = self._live.window(key, since_ns, now_ns)
        return tuple(
            ((int(at) - since_ns) / _NS, float(value))
            for at, value, quality in zip(
                found.source_ns, found.values.tolist(), found.quality, strict=True
            )
            if is_good(Quality(int(quality)))
        )


def _band(text: str) -> tuple[float | None, float | None]:
    low, _, high = text.partition("…")
    try:
        return float(low), float(high)
    except ValueError:
        return None, None
