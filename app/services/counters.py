"""What was counted about a device and about a link while its data came in."""

from __future__ import annotations

from collections import deque
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
    """A rate from a running count, looked at now and then: the mean of the last ``over_s``.

    A device that is asked every few seconds has a rate then, and not now nothing and now a lot.
    """

    def __init__(self, over_s: float = 10.0) -> None:
        self._over_s = over_s
        self._looks: deque[tuple[float, int]] = deque()

    def look(self, count: int, now_s: float) -> float:
        """Counts a second since the oldest look within ``over_s``; 0 at the first look."""
        looks = self._looks
        if looks and count < looks[-1][1]:
            # Counting began anew, with another link.
            looks.clear()
        looks.append((now_s, count))
        while len(looks) > 2 and now_s - looks[1][0] >= self._over_s:
            looks.popleft()
        then_s, before = looks[0]
        return (count - before) / (now_s - then_s) if now_s > then_s else 0.0
