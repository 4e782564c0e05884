"""Numbers, ages and sizes as they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from app.core.profiles import Point
from app.core.rows import ValueKind, utc

_MINUS = "−"
NO_VALUE = "–"
_LADDER = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"))


def number(value: float, decimals: int) -> str:
    """A number with a real minus sign and a thin space between groups of three digits."""
    text = f"{abs(value):,.{decimals}f}".replace(",", "\u2009")
    negative = value < 0 and float(f"{value:.{decimals}f}") != 0
    return (_MINUS if negative else "") + text


def value_text(
    point: Point,
    value: float | int | bool | str | None,
    on: str,
    off: str,
    labels: Mapping[int, str],
) -> str:
    """A value as a row shows it; ``on`` and ``off`` are the words for a bool without labels."""
    if value is None:
        return NO_VALUE
    if isinstance(value, str):
        return value
    if labels and float(value).is_integer():
        return labels.get(int(value), str(int(value)))
    if point.kind is ValueKind.BOOL or isinstance(value, bool):
        return on if value else off
    return number(value, point.decimals if point.kind is ValueKind.FLOAT else 0)


def age_text(age_s: float) -> str:
    """An age in its largest whole unit: ``4 s``, ``12 min``, ``3 h``, ``2 d``."""
    seconds = max(0.0, age_s)
    for size, unit in _LADDER:
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def age_words(age_s: float) -> str:
    """An age within a sentence: its unit is a word of the window's language."""
    count, unit = age_text(age_s).split(" ")
    words = {
        "s": QCoreApplication.translate("Age", "{0} s"),
        "min": QCoreApplication.translate("Age", "{0} min"),
        "h": QCoreApplication.translate("Age", "{0} h"),
        "d": QCoreApplication.translate("Age", "{0} d"),
    }
    return words[unit].format(count)


def bytes_text(count: int) -> str:
    """A size with one decimal above a kilobyte, in powers of ten."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def clock_text(ns: int) -> str:
    """The local time of day of a moment."""
    return f"{utc(ns).astimezone():%H:%M:%S}"


def span_text(seconds: float) -> str:
    """A length of time: ``02:13.0``, ``1:02:13``, ``3 d 04:05:06``."""
    whole, tenth = divmod(round(seconds * 10), 10)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{days} d {hour:02}:{minute:02}:{second:02}"
    if hours:
        return f"{hour}:{minute:02}:{second:02}"
    return f"{minute:02}:{second:02}.{tenth}"
