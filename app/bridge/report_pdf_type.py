"""Type of the printed report: the bundled fonts, styles, and lines broken to a width.

Lengths here and in the other parts of the report are in points (1/72 inch) at the edges and in
tenths of a point on the painter, whose font sizes are whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPaintDevice,
    QPainter,
    QRawFont,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from app.bridge.resources import font_files

WHITE, TEXT, TEXT2 = QColor("#FFFFFF"), QColor("#1B2126"), QColor("#48525A")
BORDER, DIVIDER = QColor("#767F87"), QColor("#C9CED2")
PASSED, FAILED, MARGINAL, ACCENT = (
    QColor("#1F6B3A"),
    QColor("#C8102E"),
    QColor("#FFE04A"),
    QColor("#0B5C8C"),
)
CURVES = tuple(
    QColor(name) for name in ("#3926DC", "#778F1B", "#67174E", "#378AE8", "#B76280", "#374E07")
)
_SANS = ("Wayside Sans", "Wayside Sans SC", "Wayside Signs", "Wayside Mono")
_MONO = ("Wayside Mono", "Wayside Sans SC", "Wayside Signs")
_BREAK, _NEW_LINE = "\u200b", "\u2028"
_UNIT = 10.0
"""Painter units in a point."""
DPI = 720
"""The resolution at which a painter unit is a tenth of a point."""


class Align(Enum):
    """Where a line stands in its width."""

    LEFT = Qt.AlignmentFlag.AlignLeft
    RIGHT = Qt.AlignmentFlag.AlignRight
    CENTRE = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a text looks; ``size`` in points."""

    size: float = 9.0
    weight: QFont.Weight = QFont.Weight.Normal
    colour: str = TEXT.name()
    mono: bool = False
    align: Align = Align.LEFT

    def right(self) -> Style:
        """The same at the right."""
        return replace(self, align=Align.RIGHT)

    def centred(self) -> Style:
        """The same in the middle."""
        return replace(self, align=Align.CENTRE)


_STRONG = QFont.Weight.DemiBold
BODY = Style()
STRONG = Style(weight=_STRONG)
QUIET = Style(colour=TEXT2.name())
SMALL = Style(size=8.0, colour=TEXT2.name())
FINE = Style(size=7.0, colour=TEXT2.name())
CODE = Style(size=7.5, mono=True)
HEADING = Style(size=10.5, weight=_STRONG)
SUBTITLE = Style(size=13.0)
TITLE = Style(size=18.0, weight=_STRONG)
VALUE = Style(size=13.0, weight=_STRONG)


@cache
def load_report_fonts() -> tuple[str, ...]:
    """Make the bundled fonts known to Qt once; returns the families."""
    found: list[str] = []
    for file in font_files():
        number = QFontDatabase.addApplicationFont(str(file))
        found.extend(QFontDatabase.applicationFontFamilies(number))
    return tuple(sorted(set(found)))


def missing(characters: set[str]) -> tuple[str, ...]:
    """Those characters that no bundled font of the report has a glyph for."""
    fonts = [QRawFont.fromFont(_plain(family)) for family in dict.fromkeys((*_SANS, *_MONO))]
    seen = sorted(one for one in characters if not one.isspace())
    return tuple(one for one in seen if not any(font.supportsCharacter(ord(one)) for font in fonts))


def _plain(family: str) -> QFont:
    font = QFont(family)
    font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    return font


class Type:
    """Sets text on one paint device, and keeps every character it has set in ``used``."""

    def __init__(self, device: QPaintDevice) -> None:
        load_report_fonts()
        self._device = device
        self.used: set[str] = set()

    def font(self, style: Style) -> QFont:
        """The font of a style, for a painter in tenths of a point."""
        font = QFont(list(_MONO if style.mono else _SANS))
        font.setPixelSize(round(style.size * _UNIT))
        font.setWeight(style.weight)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def set(self, text: str, style: Style, width: float, bold: int = 0) -> SetText:
        """Break a text to a width; its first ``bold`` characters are strong."""
        font = self.font(style)
        if _BREAK in text:
            text = self._broken(text, font, width)
        self.used.update(text)
        layout = QTextLayout(text, font, self._device)
        option = QTextOption(style.align.value)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        if bold:
            strong = QTextCharFormat()
            strong.setFont(self.font(replace(style, weight=_STRONG)))
            formats = QTextLayout.FormatRange()
            formats.start, formats.length, formats.format = 0, bold, strong
            layout.setFormats([formats])
        return SetText(layout, style, width)

    def width(self, text: str, style: Style) -> float:
        """How wide a text is in one line, in points."""
        return self.set(text, style, 10_000.0).natural_width

    def _broken(self, text: str, font: QFont, width: float) -> str:
        """Lines at the places where an id may be broken; what is printed has no hidden signs."""
        measure = QFontMetricsF(font, self._device)
        lines = [""]
        for part in text.split(_BREAK):
            if lines[-1] and measure.horizontalAdvance(lines[-1] + part) > width * _UNIT:
                lines.append("")
            lines[-1] += part
        return _NEW_LINE.join(lines)


class SetText:
    """A text in lines of a width, ready to be painted. Lengths in points."""

    def __init__(self, layout: QTextLayout, style: Style, width: float) -> None:
        self._layout = layout
        self._style = style
        leading = style.size * (1.5 if _is_chinese(layout.text()) else 1.35)
        self.lines = 0
        self.baseline = 0.0
        self.natural_width = 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width * _UNIT)
            # The line of the font is taller than ours: its text stays in the middle of ours.
            extra = (leading * _UNIT - line.height()) / 2.0
            line.setPosition(QPointF(0.0, self.lines * leading * _UNIT + extra))
            if not self.lines:
                self.baseline = (extra + line.ascent()) / _UNIT
            self.natural_width = max(self.natural_width, line.naturalTextWidth() / _UNIT)
            self.lines += 1
        layout.endLayout()
        self.height = self.lines * leading

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint with the upper left corner there."""
        painter.setPen(QColor(self._style.colour))
        self._layout.draw(painter, QPointF(x * _UNIT, y * _UNIT))


def breakable(code: str) -> str:
    """An id, unless it is a sentence, that may be broken after its slashes and hyphens."""
    if " " in code:
        return code
    for sign in "/_-":
        code = code.replace(sign, sign + _BREAK)
    return code


def in_lines(*lines: str) -> str:
    """Texts below each other."""
    return _NEW_LINE.join(lines)


def joined(parts: Sequence[str], between: str = " · ") -> str:
    """The parts that are there."""
    return between.join(part for part in parts if part)


def _is_chinese(text: str) -> bool:
    return any("\u2e80" <= one <= "\uffef" for one in text)
