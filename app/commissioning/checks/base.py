"""What every kind of check is: it gathers frames, and judges frames; the two never mix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from app.commissioning.frames import Reading, Trace
from app.commissioning.planning import PlannedCheck
from app.core.commands import Command, Value
from app.core.commissioning import Verdict
from app.core.errors import LinkError
from app.core.profiles import DeviceProfile

Series = dict[str, tuple[tuple[float, float], ...]]


class Lane(Enum):
    """What else may run meanwhile: anything, no other actuation, nothing at all."""

    PASSIVE = "passive"
    ACTUATES = "actuates"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a judge found: a verdict, the code of its text, and the values that go into it.

    ``value`` is the measured value as a number or short text, ``limit`` the limit in words of
    numbers and signs only, both with ``unit`` a UCUM code.
    """

    verdict: Verdict
    code: str = ""
    value: float | int | str | None = None
    unit: str = ""
    limit: str = ""
    decimals: int = 1
    values: Mapping[str, Any] = field(default_factory=dict)
    series: Series = field(default_factory=dict)


class QuestionKind(Enum):
    """How a question is answered."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"
    VALUES = "values"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person is asked; texts by language. ``eyes`` says where a simulator's eyes look."""

    check: str
    base: str
    slot: str
    kind: QuestionKind
    text: str
    text_zh: str
    choices: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    eyes: str = ""


class Rig(Protocol):
    """What a check may do to the asset; whatever goes over a wire becomes evidence by itself."""

    @property
    def last_try(self) -> bool:
        """Whether no automatic retry comes after this one."""

    @property
    def units(self) -> Mapping[str, int]:
        """The Modbus unit of each device that a polled link reaches."""

    def profile(self, slot: str) -> DeviceProfile:
        """The profile of a device."""

    def now_ns(self) -> int:
        """The time, UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait; a cancelled check ends here."""

    async def read(self, slot: str, *points: str) -> dict[str, Reading]:
        """Read points now, all readable ones where none is named; raises LinkError."""

    def note(self, slot: str, text: str) -> None:
        """Keep in the evidence that a read of the device was lost."""

    def why(self, error: LinkError) -> str:
        """What is to be told of it: where the link is down, the link's own words."""

    async def listen(self, seconds: float) -> None:
        """Take the messages of the asset for that long."""

    async def identify(self, slot: str) -> None:
        """Ask for the device identification; a refusal is an answer."""

    def asked(self, slot: str) -> bool:
        """Whether the device has been asked anything at its own unit since this check began."""

    async def probe(self, slot: str, unit: int) -> bool:
        """Whether something answers at another unit like the device; never raises."""

    async def command(
        self, slot: str, command: str, value: Value, *, keep: bool = False
    ) -> Command:
        """Send a command; what was there before is restored at the end unless ``keep``."""

    async def move(self, slot: str, command: str, value: Value, within_s: float) -> None:
        """Send a command that is restored at the end, and wait for its effect only so long."""

    async def write_point(
        self, slot: str, point: str, value: Value, *, keep: bool = False
    ) -> Command | None:
        """The command that writes a point; None where the profile has none."""

    async def start(self, slot: str, command: str, value: Value) -> None:
        """Send a command whose end is not waited for; it is ended with the check."""

    async def restore(self) -> None:
        """Put every output back to what it was before this check."""

    async def ask(self, question: Question) -> str:
        """A person's answer."""

    async def back_up(self, slot: str, values: Mapping[str, Value]) -> None:
        """Keep a device's settings in the job before anything is written."""


class CheckKind(Protocol):
    """One kind of check."""

    name: str
    lane: Lane
    asks: bool
    watches: bool

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Do what must be done and read what must be read; raises LinkError."""

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The verdict that the frames support. Pure: the same frames, the same verdict."""


class Judging:
    """Base of kinds that only judge what another check has gathered (``uses``)."""

    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Nothing to gather."""


def passed(value: float | str | None = None, **more: Any) -> Finding:  # noqa: ANN401
    """A pass."""
    return Finding(verdict=Verdict.PASS, code="pass", value=value, **more)


def failed(code: str, value: float | str | None = None, **more: Any) -> Finding:  # noqa: ANN401
    """A failure with the code of its text."""
    return Finding(verdict=Verdict.FAIL, code=code, value=value, **more)


def graded(verdict: Verdict, code: str, value: float | str | None = None, **more: Any) -> Finding:  # noqa: ANN401
    """Any verdict; the text's code counts only where it is no pass."""
    return Finding(
        verdict=verdict, code="pass" if verdict is Verdict.PASS else code, value=value, **more
    )


def title_of(profile: DeviceProfile, point: str) -> tuple[str, str]:
    """A point's name in English and Chinese."""
    found = profile.point(point)
    return found.title, found.title_zh or found.title


def unit_of(profile: DeviceProfile, point: str) -> tuple[str, int]:
    """A point's unit and its decimals."""
    found = profile.point(point)
    return found.unit, found.decimals


def series(trace: Trace, slot: str, *points: str) -> Series:
    """Readings for a plot: seconds since the first frame, and value."""
    start = trace.start_ns
    found: Series = {}
    for point in points:
        numbers = trace.numbers(slot, point)
        if numbers:
            found[f"{slot}/{point}"] = tuple(
                (round((at - start) / 1e9, 3), value) for at, value in numbers
            )
    return found


def between(low: float | None, high: float | None, number: Callable[[float], str]) -> str:
    """Limits in signs: ``198-235.4``, ``>= 0.9``, ``<= 1``."""
    if low is not None and high is not None:
        return f"{number(low)}…{number(high)}"
    if low is not None:
        return f"≥ {number(low)}"
    return f"≤ {number(high)}" if high is not None else ""


def plain(value: float) -> str:
    """A number without needless zeros."""
    return f"{value:.6g}"
