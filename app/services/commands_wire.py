"""How a command reaches its device and is seen from there: what both kinds of links share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from app.core.commands import Value
from app.core.profiles import Point
from app.services.commands_frames import Frames


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a look at a point gave; ``value`` is None where there is no good one, and then why.

    ``silent`` says that the device was asked and did not answer at all.
    """

    value: Value | None = None
    problem: str = ""
    silent: bool = False


class Sent(Enum):
    """What became of a write."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a write, in words where it is not simply accepted."""

    sent: Sent
    detail: str = ""


class Wire(Protocol):
    """The way to one device, for the time of one command.

    ``speaks``: the device tells by itself and cannot be asked.
    """

    frames: Frames
    speaks: bool

    async def look(self, point: Point) -> Reading:
        """The point now: asked for where that is possible, else what came since the write."""

    async def write(self, command: str, expires_ns: int, still: Callable[[], bool]) -> Answer:
        """Write the value once, if ``still`` holds at the last moment; never raises LinkError."""

    def close(self) -> None:
        """Let go of the link."""


Look = Callable[[Point], Awaitable[Reading]]
