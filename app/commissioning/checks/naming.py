"""Which points a check names."""

from __future__ import annotations

from app.commissioning.planning import PlannedCheck
from app.core.profiles import DeviceProfile


def points_of(check: PlannedCheck) -> list[str]:
    """The points a check names."""
    options = check.options
    return list(options["points"]) if "points" in options else [options["point"]]


def fitted_points(check: PlannedCheck, profile: object) -> list[str]:
    """Those points a check names that the device has."""
    have = {point.id for point in getattr(profile, "points", ())}
    return [point for point in points_of(check) if point in have]


def first_point(profile: DeviceProfile) -> str:
    """A point that can be read."""
    return next(point.id for point in profile.points if point.modbus and "r" in point.access)
