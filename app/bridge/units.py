"""Units, numbers and ages as they are shown; UCUM codes stay below."""

from __future__ import annotations

from app.core.profiles import Point
from app.core.rows import ValueKind

_SYMBOLS = {
    "Cel": "°C",
    "ug/m3": "µg/m³",
    "mg/m3": "mg/m³",
    "dB[A]": "dB(A)",
    "dB(A)": "dB(A)",
    "deg": "°",
    "kW.h": "kWh",
    "kW.h{}": "kWh",
    "W.h": "Wh",
    "V.A": "VA",
    "kV.A": "kVA",
    "var.h": "varh",
    "Ohm": "Ω",
    "[ppm]": "ppm",
    "[ppb]": "ppb",
    "[pH]": "pH",
    "m/s2": "m/s²",
    "dB[mW]": "dBm",
    "uS/cm": "µS/cm",
    "us": "µs",
    "uA": "µA",
    "Bd": "Bd",
    "B[mW]": "dBm",
}
_MINUS = "−"
NO_VALUE = "–"
_LADDER = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"))


def unit_symbol(ucum: str) -> str:
    """The symbol of a UCUM code; a code that needs no change is its own symbol."""
    if ucum in _SYMBOLS:
        return _SYMBOLS[ucum]
    return ucum.replace(".", "·").replace("{", "").replace("}", "")


def number(value: float, decimals: int) -> str:
    """A number with a real minus sign and a thin space between groups of three digits."""
    text = f"{abs(value):,.{decimals}f}".replace(",", "\u2009")
    negative = value < 0 and float(f"{value:.{decimals}f}") != 0
    return (_MINUS if negative else "") + text


def value_text(point: Point, value: float | int | bool | str | None, on: str, off: str) -> str:
    """A value as a row shows it; ``on`` and ``off`` are the words for a bool without labels."""
    if value is None:
        return NO_VALUE
    if isinstance(value, str):
        return value
    if point.labels and float(value).is_integer():
        return point.labels.get(int(value), str(int(value)))
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


def bytes_text(count: int) -> str:
    """A size with one decimal above a kilobyte, in powers of ten."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
