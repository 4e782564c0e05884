"""Colour and dash of a curve by its number: six colours solid, then dashed, then dotted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from widgets.base.tokens import Palette

_DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 3.0), (1.5, 2.5))


def curve_pen(palette: Palette, number: int, width: float = 1.5) -> QPen:
    """The pen of curve ``number``, counted from 0."""
    colors = palette.curves
    pen = QPen(QColor(colors[number % len(colors)]), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    dash = _DASHES[number // len(colors) % len(_DASHES)]
    if dash:
        pen.setDashPattern([part / width for part in dash])
    return pen
