"""Watching for what a command should have done: the read-back first, then the effect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from app.core.commands import CommandState, Value
from app.core.profiles import Point
from app.services.commands_effect import Effect, Readings, effect_of, matches
from app.services.commands_plan import Plan, name, shown
from app.services.commands_wire import Reading, Wire
from app.settings import Texts, limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What watching came to: CONFIRMED, FAILED, UNKNOWN, or ACCEPTED where only eyes can tell."""

    state: CommandState
    detail: str
    measured: Value | None = None
    effect: str = ""


class Watch:
    """Looks at one device until its command is seen to be done, or its time is over.

    ``say`` is told in words what is waited for, from the third second on. ``before`` holds the
    readings that were taken before the write.
    """

    def __init__(
        self, plan: Plan, wire: Wire, *, texts: Texts, say: Callable[[str, Value | None], None]
    ) -> None:
        self._plan = plan
        self._wire = wire
        self._texts = texts
        self._say = say
        self._clock = asyncio.get_running_loop().time
        self._effect: Effect | None = effect_of(plan, texts)
        self._start = self._clock()
        self._deadline_s = plan.spec.deadline_s
        self._fade_s = limit("commands", "fade_s")
        self.before: dict[str, Value] = {}

    async def look_before(self) -> Reading | None:
        """Read what must be known before the write; the reading that failed where it is silent."""
        points = [self._plan.feedback, *(self._effect.points if self._effect else ())]
        for point in {point.id: point for point in points if point is not None}.values():
            reading = await self._wire.look(point)
            for _ in range(int(limit("commands", "tries")) - 1):
                if not reading.silent:
                    break
                reading = await self._wire.look(point)
            if reading.silent:
                return reading
            if reading.value is not None:
                self.before[point.id] = reading.value
        fade = self._fade_point()
        if fade is not None:
            reading = await self._wire.look(fade)
            if isinstance(reading.value, int | float):
                self._fade_s = float(reading.value)
        return None

    def _fade_point(self) -> Point | None:
        if self._effect is None or not self._effect.settles or self._wire.speaks:
            return None
        named = str(self._plan.spec.effect.get("fade", "fade_time"))
        return next((p for p in self._plan.profile.points if p.id == named), None)

    def begin(self) -> None:
        """The write is about to leave: times count from here."""
        self._start = self._clock()

    async def watch(self) -> Found:
        """Look until the command is seen to be done or its deadline is over."""
        feedback = self._plan.feedback
        measured: Value | None = None
        if feedback is not None:
            reading = await self._feedback(feedback)
            measured = reading.value
            if not matches(self._plan, measured):
                return self._not_read_back(feedback, reading)
            text = self._words("read_back", feedback, measured=self._shown(feedback, measured))
            self._say(text, measured)
        if self._effect is not None:
            return await self._see(self._effect, measured)
        eyes = str(self._plan.spec.effect.get("eyes", ""))
        if feedback is None:
            text = self._texts.get("commands.eyes", what=eyes or self._plan.device)
            return Found(state=CommandState.ACCEPTED, detail=text, effect=text)
        effect = self._texts.get("commands.eyes_reported", what=eyes) if eyes else ""
        text = self._words("confirmed", feedback, measured=self._shown(feedback, measured))
        return Found(state=CommandState.CONFIRMED, detail=text, measured=measured, effect=effect)

    async def _feedback(self, feedback: Point) -> Reading:
        """Read back until it is equal or the time is over; the last reading."""
        while True:
            reading = await self._wire.look(feedback)
            if matches(self._plan, reading.value) or self._left(self._deadline_s) <= 0:
                return reading
            if self._wire.speaks and reading.silent:
                text = self._words("waiting_told", feedback, every=f"{feedback.every_s:g}")
            else:
                text = self._words(
                    "waiting_feedback",
                    feedback,
                    wanted=self._shown(feedback, self._plan.wanted),
                    measured=self._shown(feedback, reading.value),
                )
            await self._pause(text, reading.value)

    async def _see(self, effect: Effect, measured: Value | None) -> Found:
        """Look until the effect is there, not before it can be, or until the time is over."""
        settle_s = self._fade_s + limit("commands", "settle_s") if effect.settles else 0.0
        deadline_s = max(self._deadline_s, settle_s + limit("commands", "effect_s"))
        shown_point = self._plan.feedback or self._plan.point
        while True:
            missing, now = await self._readings(effect)
            judged = effect.judge(self.before, now)
            if judged.seen and not missing and self._left(settle_s) <= 0:
                text = self._texts.get("commands.confirmed_effect", effect=judged.text)
                return Found(
                    state=CommandState.CONFIRMED,
                    detail=text,
                    measured=measured,
                    effect=judged.text,
                )
            if self._left(deadline_s) <= 0:
                break
            text = self._words(
                "waiting_effect" if self._plan.feedback else "waiting_effect_alone",
                shown_point,
                measured=self._shown(shown_point, measured),
                effect=judged.text,
                seconds=f"{deadline_s:g}",
            )
            await self._pause(text, measured)
        if missing:
            return self._unknown(missing, measured, deadline_s)
        key = "no_effect" if self._plan.feedback else "no_effect_alone"
        text = self._words(key, shown_point, effect=judged.text, seconds=f"{deadline_s:g}")
        return Found(state=CommandState.FAILED, detail=text, measured=measured, effect=judged.text)

    async def _readings(self, effect: Effect) -> tuple[str, Readings]:
        """Good readings by point, and why the effect's own point has none where it has none."""
        found: dict[str, Value] = {}
        missing = ""
        for index, point in enumerate(effect.points):
            reading = await self._wire.look(point)
            if reading.value is not None:
                found[point.id] = reading.value
            elif index == 0:
                missing = reading.problem or "-"
        return missing, found

    def _not_read_back(self, feedback: Point, reading: Reading) -> Found:
        if reading.value is None:
            return self._unknown(reading.problem, None, self._deadline_s)
        text = self._words(
            "mismatch",
            feedback,
            measured=self._shown(feedback, reading.value),
            wanted=self._shown(feedback, self._plan.wanted),
        )
        return Found(state=CommandState.FAILED, detail=text, measured=reading.value)

    def _unknown(self, why: str, measured: Value | None, seconds: float) -> Found:
        text = self._texts.get("commands.unread", reason=why or "-", seconds=f"{seconds:g}")
        return Found(state=CommandState.UNKNOWN, detail=text, measured=measured)

    async def _pause(self, text: str, measured: Value | None) -> None:
        since = self._clock() - self._start
        if since >= limit("commands", "waiting_s"):
            self._say(text, measured)
        slow = since >= 10 and not self._wire.speaks
        await asyncio.sleep(limit("commands", "poll_slow_s" if slow else "poll_s"))

    def _left(self, seconds: float) -> float:
        return self._start + seconds - self._clock()

    def _shown(self, point: Point, value: Value | None) -> str:
        return shown(point, value, self._texts.language)

    def _words(self, key: str, point: Point, **values: str) -> str:
        given = {"seconds": f"{self._deadline_s:g}", **values}
        title = name(point, self._texts.language)
        return self._texts.get(f"commands.{key}", point=title, **given)
