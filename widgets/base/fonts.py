"""The bundled fonts, and fonts of the type scale."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from app.bridge.resources import font_files
from widgets.base.tokens import MONO, SANS

REGULAR, MEDIUM, SEMIBOLD = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold


@cache
def load_fonts() -> tuple[str, ...]:
    """Make the bundled families known to Qt once; returns the families found."""
    families: list[str] = []
    for file in font_files():
        number = QFontDatabase.addApplicationFont(str(file))
        families.extend(QFontDatabase.applicationFontFamilies(number))
    return tuple(sorted(set(families)))


def sans(pixels: int, weight: QFont.Weight = REGULAR) -> QFont:
    """The text font; figures are tabular in Noto Sans by default."""
    font = QFont(list(SANS))
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font


def mono(pixels: int) -> QFont:
    """The font of frames, URLs and commands."""
    font = QFont(list(MONO))
    font.setPixelSize(pixels)
    return font
