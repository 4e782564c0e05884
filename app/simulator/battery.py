"""Battery and panel of a sign: what goes in, what goes out, what the terminals show."""

from __future__ import annotations

from itertools import pairwise

from app.simulator.walks import clamp

# Open-circuit voltage of a 4-cell LiFePO4 battery over its charge; flat in the middle.
_OCV = ((0.0, 11.2), (0.05, 12.4), (0.2, 12.88), (0.5, 13.10), (0.8, 13.26), (0.95, 13.36))
_OCV_FULL = 13.6


class Battery:
    """A 12.8 V LiFePO4 battery behind a solar charge controller."""

    def __init__(self, charge: float) -> None:
        self.charge = charge
        self.capacity_ah = 60.0
        self.resistance = 0.045
        self.panel = True
        self.solar_a = 0.0
        self.solar_v = 0.0
        self.volts = self._open_volts()

    def step(self, dt: float, load_w: float, daylight: float) -> None:
        """Charge and discharge for ``dt`` seconds; ``daylight`` in lux."""
        sun = daylight / 100_000.0 if self.panel else 0.0
        room = 1.0 if self.charge < 0.97 else 0.15
        self.solar_a = 6.0 * sun * room
        self.solar_v = 0.0 if sun < 0.0005 else 17.0 + 4.0 * min(1.0, sun * 5.0)
        load_a = load_w / max(9.0, self.volts)
        net = self.solar_a - load_a
        self.charge = clamp(self.charge + net * dt / 3600.0 / self.capacity_ah, 0.0, 1.0)
        self.volts = max(0.0, self._open_volts() + net * self.resistance)

    def _open_volts(self) -> float:
        points = (*_OCV, (1.0, _OCV_FULL))
        for (low, low_v), (high, high_v) in pairwise(points):
            if self.charge <= high:
                return low_v + (high_v - low_v) * (self.charge - low) / (high - low)
        return _OCV_FULL
