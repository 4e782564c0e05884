"""What is given to ``wayside commission`` on the command line, read before anything is opened."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

from app.commissioning.job import Instrument, Position
from app.core.errors import UserFacing
from app.wording import told

ENDINGS = ("", ".pdf", ".json", ".csv")
"""What the name of a report may end in; its three files have one each."""


def must_be_given(asset: str, asset_type: str, links: tuple[str, ...]) -> None:
    """What a new job cannot do without.

    Raises:
        UserFacing: something of it is missing, and which.
    """
    given = {"--asset": asset, "--type": asset_type, "--link": links}
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(given):
        raise told(UserFacing, "jobs.nothing_given")
    if missing:
        raise told(UserFacing, "jobs.not_given", missing=", ".join(missing))


def report_given(file: Path | None) -> None:
    """Make sure that a report can be written there when the job is over; its folder is made.

    Raises:
        UserFacing: the name ends in something else, or nothing can be written there.
    """
    if file is None:
        return
    if file.suffix not in ENDINGS:
        raise told(UserFacing, "jobs.report_form", file=file, ending=file.suffix)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(file.parent, os.W_OK):
            raise PermissionError(os.strerror(13))
    except OSError as error:
        why = error.strerror or str(error)
        raise told(UserFacing, "jobs.report_folder", folder=file.parent, error=why) from error


def limits_given(pairs: tuple[str, ...]) -> dict[str, float]:
    """Limits as ``NAME=NUMBER`` on the command line.

    Raises:
        UserFacing: one is not of that form.
    """
    found: dict[str, float] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            found[name] = float(value)
        except ValueError as error:
            raise told(UserFacing, "jobs.limit_form", given=pair) from error
    return found


def position_given(text: str) -> Position | None:
    """A position as ``LAT,LON`` on the command line; None where none is given.

    Raises:
        UserFacing: it is not of that form.
    """
    if not text:
        return None
    latitude, _, longitude = text.partition(",")
    try:
        return Position(
            latitude=float(latitude),
            longitude=float(longitude),
            source="given",
            time_ns=time.time_ns(),
        )
    except ValueError as error:
        raise told(UserFacing, "jobs.position_form", given=text) from error


def instrument_given(text: str) -> Instrument | None:
    """An instrument as ``NAME,SERIAL[,DUE]`` on the command line; None where none is given.

    Raises:
        UserFacing: it is not of that form, or the due date is none.
    """
    if not text:
        return None
    parts = [part.strip() for part in text.split(",")]
    try:
        name, serial, due = (*parts, "")[:3] if len(parts) == 2 else parts
        return Instrument(
            name=name, serial=serial, due=date.fromisoformat(due).isoformat() if due else ""
        )
    except ValueError as error:
        raise told(UserFacing, "jobs.instrument_form", given=text) from error
