"""The three-phase supply of a pole and what its meter counts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.simulator.walks import Walk, seeded

NOMINAL_V = 224.0
NOMINAL_HZ = 50.0


class Supply:
    """Voltages, loads and energy of the three phases at the pole's meter."""

    def __init__(self, seed: int, asset: str) -> None:
        self._walks = [
            Walk(seeded(seed, asset, "supply", phase), NOMINAL_V, 1.2, 120.0) for phase in "123"
        ]
        self._frequency = Walk(seeded(seed, asset, "frequency"), NOMINAL_HZ, 0.012, 30.0)
        rng = seeded(seed, asset, "meter")
        self._rng = rng
        self.import_kwh = rng.uniform(200.0, 6000.0)
        self.volts = [walk.value for walk in self._walks]
        self.hertz = NOMINAL_HZ
        self.watts = [0.0, 0.0, 0.0]
        self.amps = [0.0, 0.0, 0.0]
        # What can be wrong.
        self.scale = [1.0, 1.0, 1.0]

    def step(self, dt: float) -> None:
        """Let the voltages wander for ``dt`` seconds."""
        self.volts = [
            walk.step(dt) * scale for walk, scale in zip(self._walks, self.scale, strict=True)
        ]
        self.hertz = self._frequency.step(dt)

    def load(self, dt: float, loads: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Take the (watts, power factor) of each load per phase and count ``dt`` seconds of it."""
        for phase, taken in enumerate(loads):
            alive = self.volts[phase] > 50.0
            watts = sum(power for power, _ in taken) if alive else 0.0
            apparent = sum(power / factor for power, factor in taken) if alive else 0.0
            self.watts[phase] = watts
            self.amps[phase] = apparent / self.volts[phase] if alive else 0.0
        self.import_kwh += sum(self.watts) * dt / 3.6e6

    def readings(self) -> dict[str, float]:
        """What the meter shows, with its own noise."""
        gauss = self._rng.gauss
        values: dict[str, float] = {}
        volts = [volt + gauss(0.0, 0.08) if volt > 5.0 else volt for volt in self.volts]
        watts = [watt * (1.0 + gauss(0.0, 0.001)) + abs(gauss(0.0, 0.05)) for watt in self.watts]
        for index, phase in enumerate(("l1", "l2", "l3")):
            apparent = volts[index] * self.amps[index]
            watts[index] = min(watts[index], apparent) if apparent > 0.0 else 0.0
            values[f"voltage_{phase}"] = volts[index]
            values[f"current_{phase}"] = self.amps[index]
            values[f"power_{phase}"] = watts[index]
            values[f"apparent_{phase}"] = apparent
            values[f"reactive_{phase}"] = math.sqrt(max(0.0, apparent**2 - watts[index] ** 2))
            values[f"power_factor_{phase}"] = watts[index] / apparent if apparent > 0.5 else 1.0
        apparent = sum(values[f"apparent_{phase}"] for phase in ("l1", "l2", "l3"))
        values["total_power"] = sum(watts)
        values["total_apparent_power"] = apparent
        values["total_reactive_power"] = sum(values[f"reactive_{p}"] for p in ("l1", "l2", "l3"))
        values["total_power_factor"] = sum(watts) / apparent if apparent > 0.5 else 1.0
        values["frequency"] = self.hertz
        values["energy_import"] = self.import_kwh
        values["energy_export"] = 0.0
        values["energy"] = self.import_kwh
        return values
