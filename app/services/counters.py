"""What was counted about a device and about a link while its data came in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class DeviceCounters:
    """Running counts of one device.

    ``lost`` counts reads without an answer, ``late`` polls that a period passed over, ``bad``
    answers or messages that could not be understood; ``reason`` is the last of the bad ones.
    """

    rows: int = 0
    samples: int = 0
    lost: int = 0
    late: int = 0
    bad: int = 0
    reason: str = ""
    last_ns: int = 0


@dataclass(slots=True, kw_only=True)
class LinkCounters:
    """Running counts of one link; ``unknown`` are messages or reads that no device claims.

    ``unknown_topic`` names one of them, so that a wrong device name can be found.
    """

    rows: int = 0
    samples: int = 0
    unknown: int = 0
    unknown_topic: str = ""


class Rate:
    """A rate from a running count, looked at now and then; steady between looks."""

    def __init__(self, least_s: float = 0.9) -> None:
        self._least_s = least_s
        self._count = 0
        self._at = 0.0
        self._value = 0.0

    def look(self, count: int, now_s: float) -> float:
        """Counts a second since the look before, or that rate again within ``least_s`` of it."""
        passed = now_s - self._at
        if self._at == 0.0:
            self._count, self._at = count, now_s
        elif passed >= self._least_s:
            self._value = (count - self._count) / passed
            self._count, self._at = count, now_s
        return self._value
