"""Which points a check names."""

from __future__ import annotations

from app.commissioning.planning import PlannedCheck


def points_of(check: PlannedCheck) -> list[str]:
    """The points a check names."""
    options = check.options
    return list(options["points"]) if "points" in options else [options["point"]]


def fitted_points(check: PlannedCheck, profile: object) -> list[str]:
    """Those points a check names that the device has."""
    have = {point.id for point in getattr(profile, "points", ())}
    return [point for point in points_of(check) if point in have]
