"""Colours and measures of the plots, so that they can be drawn in any theme, or for print."""

from __future__ import annotations

from dataclasses import dataclass

LEFT_MARGIN, RIGHT_MARGIN, WIDE_RIGHT_MARGIN = 52, 140, 156
HEADER, UNIT_ROW, FOOTER, TIME_BAND = 33, 16, 8, 28
LABEL_GAP, LABEL_PAD = 22, 12
TICK_LENGTH, FLAG_WIDTH, FLAG_HEIGHT = 4, 18, 16
MIN_LABEL_DISTANCE = 18
MIN_PLOT_HEIGHT = 132
LANE_HEIGHT = 10
CURVE_WIDTH, SELECTED_WIDTH = 1.5, 2.0
DASHES: tuple[tuple[int, int], ...] = ((1, 0), (6, 3), (2, 3))
"""Pixels drawn and left out: curves 1 to 6 solid, 7 to 12 dashed, 13 to 18 dotted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotStyle:
    """Colours as ``#RRGGBB``; ``curves`` in palette order, ``priorities`` for P1 to P4.

    ``text_px`` is the size of ticks and labels, ``title_px`` that of titles.
    """

    background: str
    grid: str
    axis: str
    text: str
    text2: str
    accent: str
    on_accent: str
    hatch: str
    divider: str
    curves: tuple[str, ...]
    priorities: tuple[str, ...] = ("#C8102E", "#E87500", "#FFE04A", "#8E5BC9")
    text_px: int = 12
    title_px: int = 14

    @staticmethod
    def light() -> PlotStyle:
        """The light theme."""
        return PlotStyle(
            background="#F4F5F6",
            grid="#C9CED2",
            axis="#767F87",
            text="#1B2126",
            text2="#48525A",
            accent="#0B5C8C",
            on_accent="#FFFFFF",
            hatch="#7A848C",
            divider="#C9CED2",
            curves=("#3926DC", "#778F1B", "#67174E", "#378AE8", "#B76280", "#374E07"),
        )

    @staticmethod
    def dark() -> PlotStyle:
        """The dark theme."""
        return PlotStyle(
            background="#1E2327",
            grid="#3D464D",
            axis="#7F8A93",
            text="#E4E8EB",
            text2="#AEB8C0",
            accent="#6FB7E6",
            on_accent="#10151A",
            hatch="#76818A",
            divider="#3D464D",
            curves=("#CEF23F", "#BD22DD", "#65C89C", "#F8A5EE", "#4B7970", "#828D13"),
        )

    def curve(self, place: int) -> str:
        """The colour of a place in the palette."""
        return self.curves[place % len(self.curves)]

    def dash(self, place: int) -> tuple[int, int]:
        """Pixels drawn and left out for a place in the palette."""
        return DASHES[place // len(self.curves) % len(DASHES)]
