"""A lamp with its dimmable driver: level fades, power follows through the driver's curve."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.simulator.walks import clamp, relax, seeded

IDENTIFY_PERIOD_S = 1.0
OWN_LEVEL = 35.0
"""Where a lamp goes whose own schedule takes over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LampRating:
    """The nameplate of a lamp and its driver."""

    power_w: float = 120.0
    standby_w: float = 0.4
    overhead: float = 0.012
    fade_s: float = 2.0
    power_factor: float = 0.97
    lumen_per_w: float = 140.0
    heat_rise: float = 28.0
    heat_tau_s: float = 600.0


class Lamp:
    """Truth about one lamp; faults set the attributes under "what can be wrong".

    ``command`` is the level asked for (0..100 %), ``level`` where the driver's fade has come to.
    """

    def __init__(self, seed: int, asset: str, device: str, rating: LampRating) -> None:
        self._rng = seeded(seed, asset, device)
        self.rating = rating
        self.rated_w = rating.power_w * self._rng.gauss(1.0, 0.012)
        self.command = 70.0
        self.level = 70.0
        self.failsafe_level = 100.0
        self.fade_s = rating.fade_s
        self.hours = float(self._rng.randrange(200, 9000))
        self.energy_kwh = self.hours * 0.07
        self.temperature = 35.0
        self.identify_s = 0.0
        self.meter_error = 0.0
        # What can be wrong.
        self.dead = False
        self.open_circuit = False
        self.stuck_level: float | None = None
        self.curve_power: float | None = None
        self.standby_w = rating.standby_w
        self.power_factor = rating.power_factor
        self.least_fade_s = 0.0
        self.lag_s = 0.0
        self.flicker = 0.0
        self.returns_after_s = 0.0
        self._drawn = self.level
        self._dip = 0.0
        self._told_s = 0.0
        self._told = self.command

    def step(self, dt: float, ambient: float) -> None:
        """Fade, heat and count for ``dt`` seconds in air of ``ambient`` degrees Celsius."""
        goal = self._goal(dt)
        fade_s = max(self.fade_s, self.least_fade_s)
        most = 100.0 * dt / fade_s if fade_s > 0 else 100.0
        self.level += clamp(goal - self.level, -most, most)
        self._drawn = relax(self._drawn, self.level, dt, self.lag_s) if self.lag_s else self.level
        self._dip = self.flicker if self.flicker and self._rng.random() < 0.5 else 0.0
        self.identify_s = max(0.0, self.identify_s - dt)
        self.temperature = relax(
            self.temperature,
            ambient + self.rating.heat_rise * self.power_w(nominal=True) / self.rating.power_w,
            dt,
            self.rating.heat_tau_s,
        )
        self.energy_kwh += self.power_w() * dt / 3.6e6
        if self.lit:
            self.hours += dt / 3600.0

    def _goal(self, dt: float) -> float:
        """The level it goes to: what it was told, until something of its own takes over."""
        self._told_s = self._told_s + dt if self.command == self._told else 0.0
        self._told = self.command
        if self.stuck_level is not None:
            return self.stuck_level
        taken = self.returns_after_s and self._told_s >= self.returns_after_s
        return OWN_LEVEL if taken else self.command

    def slow_step(self) -> None:
        """The controller's meter reads a little differently each time."""
        self.meter_error = self._rng.gauss(0.0, 0.0012)

    @property
    def output(self) -> float:
        """The share of full output that the driver aims at now, 0..1; pulses while identifying."""
        if self.identify_s > 0.0:
            phase = self.identify_s % IDENTIFY_PERIOD_S
            return 1.0 if phase >= IDENTIFY_PERIOD_S / 2 else 0.1
        return self.level / 100.0

    @property
    def drive(self) -> float:
        """The share of full output that the driver really gives, 0..1."""
        if self.identify_s > 0.0:
            return self.output
        return self._drawn / 100.0 * (1.0 - self._dip)

    def power_w(self, *, nominal: bool = False) -> float:
        """Active power taken from the supply, in watts."""
        output = self.drive
        if self.curve_power is not None and output > 0.0:
            return self.rated_w * self.curve_power
        if self.dead and not nominal:
            return 0.0
        if (self.open_circuit and not nominal) or output <= 0.005:
            return self.standby_w if output <= 0.005 else max(self.standby_w, 0.035 * self.rated_w)
        overhead = self.rating.overhead
        return max(self.standby_w, self.rated_w * (overhead + (1.0 - overhead) * output))

    @property
    def lit(self) -> bool:
        """Whether light comes out."""
        return self.light > 0.0

    @property
    def light(self) -> float:
        """Light that comes out, as a share of the full output of a good lamp."""
        if self.dead or self.open_circuit or self.drive <= 0.005:
            return 0.0
        return self.drive

    @property
    def lumen(self) -> float:
        """Luminous flux in lumen; a little better than proportional at low levels."""
        light = self.light
        return self.rating.power_w * self.rating.lumen_per_w * light * (1.06 - 0.06 * light)

    def factor(self) -> float:
        """Power factor now: good at full level, falling as the driver runs below its range."""
        power = self.power_w()
        if power <= 0.0:
            return 1.0
        share = power / self.rated_w
        return clamp(self.power_factor * (1.0 - 0.55 * math.exp(-share / 0.16)), 0.25, 1.0)

    def current_a(self, voltage: float) -> float:
        """Current in amperes: I = P / (U * pf)."""
        return self.power_w() / (voltage * self.factor()) if voltage > 1.0 else 0.0
