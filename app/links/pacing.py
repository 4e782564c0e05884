"""Distances between requests: the silence a bus needs, and the pause a slow unit needs."""

from __future__ import annotations


class Pacer:
    """When the next request may leave; times are of one monotonic clock, in seconds.

    ``gap_s`` is the silence after the last byte on the bus, whoever sent it. A unit's own gap
    counts from that unit's last exchange only, so that one slow unit delays nobody else.
    """

    def __init__(self, gap_s: float = 0.0) -> None:
        self._gap_s = gap_s
        self._quiet_since = float("-inf")
        self._unit_gap_s: dict[int, float] = {}
        self._unit_since: dict[int, float] = {}

    def set_unit_gap(self, unit: int, gap_s: float) -> None:
        """Leave at least this long between an exchange of the unit and its next request."""
        self._unit_gap_s[unit] = gap_s

    def heard(self, now: float) -> None:
        """Bytes were on the bus until now."""
        self._quiet_since = now

    def finished(self, unit: int, now: float) -> None:
        """An exchange of the unit is over."""
        if unit in self._unit_gap_s:
            self._unit_since[unit] = now

    def unit_pause(self, unit: int, now: float) -> float:
        """How long the unit's own gap still lasts; not positive where it is over."""
        since = self._unit_since.get(unit)
        return 0.0 if since is None else since + self._unit_gap_s[unit] - now

    def ready(self, unit: int) -> float:
        """When the unit may be asked; a time in the past where it may at once."""
        ready = self._quiet_since + self._gap_s
        since = self._unit_since.get(unit)
        return ready if since is None else max(ready, since + self._unit_gap_s[unit])
