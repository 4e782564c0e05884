"""What the line between a device and its reader does to the bytes: noise, delay, silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random


@dataclass(slots=True, kw_only=True)
class Wire:
    """The state of one asset's line; faults set the fields, servers obey them.

    ``noise`` is the share of answers with a flipped bit, ``delay_s`` the time each answer waits,
    ``flap_up_s`` and ``flap_down_s`` the rhythm of a link that comes and goes (0: it stays).
    ``silent`` are units that never answer, ``answers_as`` units whose answer bears another id,
    ``deaf`` the share of requests that a unit does not hear,
    ``moved`` the real device behind a unit (``None``: nobody lives there).
    ``now_s`` is the world's clock and ``away`` says that the gateway is starting again.
    """

    rng: Random
    now_s: Callable[[], float]
    away: Callable[[], bool] = bool
    noise: float = 0.0
    delay_s: float = 0.0
    flap_up_s: float = 0.0
    flap_down_s: float = 0.0
    garbage: float = 0.0
    silent: set[int] = field(default_factory=set)
    answers_as: dict[int, int] = field(default_factory=dict)
    deaf: dict[int, float] = field(default_factory=dict)
    moved: dict[int, int | None] = field(default_factory=dict)

    def device_at(self, unit: int) -> int | None:
        """The unit whose device answers when ``unit`` is asked, None where none does."""
        if unit in self.silent:
            return None
        if unit in self.deaf and self.rng.random() < self.deaf[unit]:
            return None
        return self.moved.get(unit, unit)

    def is_down(self) -> bool:
        """Whether nothing gets through: a flapping link's broken phase, or a gateway away."""
        period = self.flap_up_s + self.flap_down_s
        return self.away() or (period > 0.0 and self.now_s() % period >= self.flap_up_s)

    def corrupted(self, frame: bytes) -> bytes:
        """The frame as it arrives: sometimes with one bit flipped."""
        if not self.noise or not frame or self.rng.random() >= self.noise:
            return frame
        damaged = bytearray(frame)
        damaged[self.rng.randrange(len(damaged))] ^= 1 << self.rng.randrange(8)
        return bytes(damaged)

    def garbled(self, payload: bytes) -> bytes:
        """A message as its publisher sends it: sometimes cut, sometimes not its format at all."""
        if not self.garbage or self.rng.random() >= self.garbage:
            return payload
        return self.rng.choice(
            (
                payload[: self.rng.randrange(1, max(2, len(payload)))],
                self.rng.randbytes(24),
                b"",
                b"[1, 2",
                b"NaN",
            )
        )
