"""Seeded randomness: walks that wander around a mean, and the noise a sensor adds."""

from __future__ import annotations

import math
from random import Random


def seeded(seed: int, *names: str) -> Random:
    """A generator of its own for one quantity, so that one part never shifts another's values."""
    return Random(":".join((str(seed), *names)))  # noqa: S311  # physics, not secrets


class Walk:
    """A mean-reverting random walk (Ornstein-Uhlenbeck), exact for any step length.

    Args:
        rng: the walk's own generator.
        mean: the value it returns to; may be moved from outside.
        sigma: the standard deviation it settles at.
        tau_s: the time over which it forgets where it was.
    """

    __slots__ = ("_deviation", "_rng", "mean", "sigma", "tau_s")

    def __init__(self, rng: Random, mean: float, sigma: float, tau_s: float) -> None:
        self._rng = rng
        self.mean = mean
        self.sigma = sigma
        self.tau_s = tau_s
        self._deviation = rng.gauss(0.0, sigma)

    @property
    def value(self) -> float:
        """Where the walk is now."""
        return self.mean + self._deviation

    def step(self, dt: float) -> float:
        """Walk for ``dt`` seconds and say where that leads."""
        kept = math.exp(-dt / self.tau_s)
        spread = self.sigma * math.sqrt(1.0 - kept * kept)
        self._deviation = self._deviation * kept + self._rng.gauss(0.0, spread)
        return self.mean + self._deviation


def clamp(value: float, low: float, high: float) -> float:
    """The value, or the nearer end of the span where it lies outside."""
    return low if value < low else high if value > high else value


def relax(value: float, target: float, dt: float, tau_s: float) -> float:
    """First-order approach of a value to its target over ``dt`` seconds."""
    return target + (value - target) * math.exp(-dt / tau_s)
