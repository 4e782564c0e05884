"""The weather over the whole district: what every pole's sensors see, give or take a little."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.simulator.sun import daylight_lux
from app.simulator.walks import Walk, clamp, seeded

_DAY_S = 86_400
SEA_LEVEL_HPA = 1013.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the district lies, WGS-84 degrees, and its mean temperature."""

    latitude: float = 31.23
    longitude: float = 121.47
    mean_temperature: float = 17.0


class Climate:
    """Correlated weather: warm afternoons are dry, rain washes dust out of the air."""

    def __init__(self, seed: int, place: Place) -> None:
        def walk(name: str, mean: float, sigma: float, tau_s: float) -> Walk:
            return Walk(seeded(seed, "climate", name), mean, sigma, tau_s)

        self.place = place
        self._temperature = walk("temperature", 0.0, 1.5, 7200.0)
        self._humidity = walk("humidity", 0.0, 5.0, 3600.0)
        self._pressure = walk("pressure", SEA_LEVEL_HPA, 4.0, 40_000.0)
        self._wind = walk("wind", 2.6, 1.1, 900.0)
        self._gust = walk("gust", 0.0, 0.6, 6.0)
        self._direction = walk("direction", seeded(seed, "site").uniform(0, 360), 25.0, 1800.0)
        self._wet = walk("rain", -1.2, 1.0, 2400.0)
        self._dust = walk("dust", math.log(32.0), 0.45, 5400.0)
        self._cloud = walk("cloud", 0.55, 0.25, 600.0)
        self.temperature = place.mean_temperature
        self.humidity = 60.0
        self.pressure_hpa = SEA_LEVEL_HPA
        self.wind = 2.0
        self.direction = 180.0
        self.rain_mm_h = 0.0
        self.pm25 = 30.0
        self.daylight = 0.0
        self.quiet_dba = 52.0

    def step(self, dt: float, unix_s: float) -> None:
        """Let the weather move for ``dt`` seconds up to a moment in UTC seconds."""
        place = self.place
        hours = ((unix_s % _DAY_S) / 3600.0 + place.longitude / 15.0) % 24.0
        daily = math.cos(2.0 * math.pi * (hours - 14.5) / 24.0)
        self._wet.step(dt)
        self.rain_mm_h = clamp(6.0 * (self._wet.value - 0.9), 0.0, 60.0)
        raining = self.rain_mm_h > 0.0
        self.temperature = place.mean_temperature + 4.5 * daily + self._temperature.step(dt)
        wet = 20.0 if raining else 0.0
        self.humidity = clamp(62.0 - 14.0 * daily + self._humidity.step(dt) + wet, 15.0, 98.0)
        self.pressure_hpa = self._pressure.step(dt)
        self.wind = clamp(self._wind.step(dt) * (1.0 + 0.3 * self._gust.step(dt)), 0.1, 28.0)
        self.direction = self._direction.step(dt) % 360.0
        washed = 0.55 if raining else 1.0
        self.pm25 = clamp(math.exp(self._dust.step(dt)) * washed, 4.0, 400.0)
        cloud = clamp(1.0 - self._cloud.step(dt), 0.12, 1.0)
        self.daylight = daylight_lux(unix_s, place.latitude, place.longitude) * cloud
        traffic = 6.0 * math.exp(-(((hours - 8.0) / 2.0) ** 2)) + 6.0 * math.exp(
            -(((hours - 18.0) / 2.5) ** 2)
        )
        self.quiet_dba = (46.0 if hours < 5.5 else 52.0) + traffic + self.rain_mm_h * 0.3
