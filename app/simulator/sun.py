"""Where the sun stands and how bright the day is."""

from __future__ import annotations

import math
from functools import lru_cache

_DAY_S = 86_400


def elevation_deg(unix_s: float, latitude: float, longitude: float) -> float:
    """Elevation of the sun in degrees, good to about a degree (declination by Cooper's formula)."""
    day_of_year = (unix_s % (365.2425 * _DAY_S)) / _DAY_S
    declination = math.radians(23.45) * math.sin(2 * math.pi * (284 + day_of_year) / 365.0)
    solar_hours = (unix_s % _DAY_S) / 3600.0 + longitude / 15.0
    hour_angle = math.radians(15.0 * (solar_hours - 12.0))
    phi = math.radians(latitude)
    sine = math.sin(phi) * math.sin(declination) + math.cos(phi) * math.cos(declination) * math.cos(
        hour_angle
    )
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))


@lru_cache(maxsize=4096)
def clear_sky_lux(elevation_tenths: int) -> float:
    """Horizontal illuminance of a clear sky in lux, the elevation given in tenths of a degree.

    Full sun is about 110,000 lx; twilight falls by a decade in 3 degrees down to a night of
    0.3 lx, the sky glow of a city.
    """
    elevation = elevation_tenths / 10.0
    twilight = 600.0 * 10.0 ** (min(elevation, 0.0) / 3.0)
    direct = 110_000.0 * math.sin(math.radians(max(elevation, 0.0))) ** 1.15
    return float(max(0.3, twilight) + direct)


def daylight_lux(unix_s: float, latitude: float, longitude: float) -> float:
    """Horizontal illuminance of a clear sky at a place and time, in lux."""
    return clear_sky_lux(round(elevation_deg(unix_s, latitude, longitude) * 10))
