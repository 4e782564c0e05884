"""Door, tilt and water in the base of a pole."""

from __future__ import annotations

from app.simulator.walks import Walk, seeded


class Enclosure:
    """What the door and tilt box of one pole sees."""

    def __init__(self, seed: int, asset: str) -> None:
        rng = seeded(seed, asset, "enclosure")
        self._rng = rng
        self.mounted_x = rng.gauss(0.0, 0.12)
        self.mounted_y = rng.gauss(0.0, 0.12)
        self._sway = Walk(seeded(seed, asset, "sway"), 0.0, 0.03, 2.0)
        # What can be wrong.
        self.door_open = False
        self.lean_deg = 0.0
        self.water_mm = 0.0
        self.tilt_x = self.mounted_x
        self.tilt_y = self.mounted_y
        self.temperature = 20.0

    @property
    def rest(self) -> tuple[float, float]:
        """How the pole stands without wind, in degrees along and across the road."""
        return self.mounted_x + self.lean_deg, self.mounted_y

    def step(self, dt: float, wind: float, ambient: float) -> None:
        """Sway in the wind for ``dt`` seconds and read the sensors."""
        gauss = self._rng.gauss
        sway = self._sway.step(dt) * (0.3 + wind / 8.0)
        x, y = self.rest
        self.tilt_x = x + sway + gauss(0.0, 0.012)
        self.tilt_y = y + 0.4 * sway + gauss(0.0, 0.012)
        self.temperature = ambient + 4.0 + gauss(0.0, 0.09)
