"""The weather and air station of one pole: the district's weather as its sensors read it."""

from __future__ import annotations

from app.simulator.climate import Climate
from app.simulator.walks import Walk, clamp, seeded

LUX_PER_LUMEN = 0.0011
"""Illuminance at the station, at lantern height beside the lamps, per lumen of their light."""


class WeatherStation:
    """Readings of one station; ``values`` changes with each step, noise included."""

    def __init__(self, seed: int, asset: str) -> None:
        rng = seeded(seed, asset, "weather")
        self._rng = rng
        self._shift_temperature = rng.gauss(0.0, 0.25)
        self._shift_humidity = rng.gauss(0.0, 1.2)
        self._shift_pressure = rng.gauss(0.0, 0.3)
        self._dust_share = rng.uniform(0.5, 0.68)
        self._traffic = Walk(seeded(seed, asset, "traffic"), 3.0, 2.2, 8.0)
        self._local_dust = Walk(seeded(seed, asset, "dust"), 1.0, 0.06, 300.0)
        self.rain_total_mm = rng.uniform(0.0, 400.0)
        self.values: dict[str, float] = {}

    def step(self, dt: float, climate: Climate, lumen: float) -> None:
        """Read the air after ``dt`` seconds, with the pole's own lamps shining."""
        gauss = self._rng.gauss
        pm25 = max(1.0, climate.pm25 * self._local_dust.step(dt) + gauss(0.0, 1.1))
        pm10 = max(pm25, pm25 / self._dust_share + gauss(0.0, 1.4))
        light = climate.daylight + LUX_PER_LUMEN * lumen
        self.rain_total_mm += climate.rain_mm_h * dt / 3600.0
        temperature = climate.temperature + self._shift_temperature + gauss(0.0, 0.09)
        self.values = {
            "temperature": temperature,
            "humidity": clamp(
                climate.humidity + self._shift_humidity + gauss(0.0, 0.15), 6.0, 99.5
            ),
            "pressure": climate.pressure_hpa + self._shift_pressure + gauss(0.0, 0.35),
            "wind_speed": max(0.0, climate.wind + gauss(0.0, 0.15)),
            "wind_direction": (climate.direction + gauss(0.0, 4.0)) % 360.0,
            "rain": climate.rain_mm_h / 60.0,
            "rain_total": self.rain_total_mm,
            "pm2_5": pm25,
            "pm10": pm10,
            "noise": clamp(
                climate.quiet_dba + abs(self._traffic.step(dt)) + gauss(0.0, 0.5), 34.0, 95.0
            ),
            "illuminance": max(0.0, light * (1.0 + gauss(0.0, 0.004)) + gauss(0.0, 0.6)),
            "radiation": max(0.0, climate.daylight / 110.0 + gauss(0.0, 0.4)),
        }
