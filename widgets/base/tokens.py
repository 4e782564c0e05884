"""Colours, type sizes and distances: the only place where a number of the look is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one theme as ``#RRGGBB``; ``curves`` in the order in which they are given.

    Text tokens reach a WCAG contrast of 4.5 on every background they stand on; borders, focus
    and curves reach 3 (tests/widgets/test_tokens.py computes it).
    """

    name: str
    bg: str
    surface: str
    raised: str
    text: str
    text2: str
    disabled: str
    border: str
    divider: str
    accent: str
    on_accent: str
    selected: str
    passed: str
    normal: str
    plot: str
    curves: tuple[str, ...]
    outline: str
    fail: str = "#C8102E"
    on_fail: str = "#FFFFFF"
    marginal: str = "#FFE04A"
    on_marginal: str = "#111518"
    priorities: tuple[str, ...] = ("#C8102E", "#E87500", "#FFE04A", "#8E5BC9")
    on_priorities: tuple[str, ...] = ("#FFFFFF", "#111518", "#111518", "#FFFFFF")


LIGHT = Palette(
    name="light",
    bg="#E6E8EA",
    surface="#F4F5F6",
    raised="#FFFFFF",
    text="#1B2126",
    text2="#48525A",
    disabled="#7A848C",
    border="#767F87",
    divider="#C9CED2",
    accent="#0B5C8C",
    on_accent="#FFFFFF",
    selected="#D4E4EF",
    passed="#1F6B3A",
    normal="#5A646C",
    plot="#F4F5F6",
    curves=("#3926DC", "#778F1B", "#67174E", "#378AE8", "#B76280", "#374E07"),
    outline="#1B2126",
)

DARK = Palette(
    name="dark",
    bg="#1E2327",
    surface="#262C31",
    raised="#30373D",
    text="#E4E8EB",
    text2="#AEB8C0",
    disabled="#76818A",
    border="#7F8A93",
    divider="#3D464D",
    accent="#6FB7E6",
    on_accent="#10151A",
    selected="#234A63",
    passed="#6FCF97",
    normal="#AEB8C0",
    plot="#1E2327",
    curves=("#CEF23F", "#BD22DD", "#65C89C", "#F8A5EE", "#4B7970", "#828D13"),
    outline="#E4E8EB",
)

PALETTES = {"light": LIGHT, "dark": DARK}

SANS = (
    "Wayside Sans",
    # For operators and arrows, which the text font lacks: a Chinese font's own look out of place.
    "Wayside Mono",
    "Wayside Sans SC",
    "Wayside Signs",
    "Noto Sans",
    "Noto Sans CJK SC",
    "sans-serif",
)
MONO = ("Wayside Mono", "Wayside Sans SC", "Wayside Signs", "Noto Sans Mono", "monospace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Sizes of one display mode in logical pixels; distances stand on a grid of 4."""

    name: str
    caption: int
    body: int
    h3: int
    h2: int
    h1: int
    hero: int
    control: int
    small_control: int
    row: int

    @property
    def value(self) -> int:
        """Size of a prominent value."""
        return self.h2


DESK = Measures(
    name="desk", caption=12, body=14, h3=17, h2=20, h1=24, hero=35,
    control=32, small_control=24, row=28,
)  # fmt: skip
FIELD = Measures(
    name="field", caption=14, body=16, h3=19, h2=23, h1=28, hero=40,
    control=44, small_control=44, row=44,
)  # fmt: skip
MEASURES = {"desk": DESK, "field": FIELD}

RAIL_WIDTH, RAIL_WIDTH_LARGE, RAIL_ITEM = 80, 104, 60
BANNER_HEIGHT, STATUS_HEIGHT, TOOLBAR_HEIGHT, TITLE_HEIGHT = 40, 28, 48, 32
TREE_WIDTH, TREE_WIDTH_WIDE = 344, 392
FORM_WIDTH, SIDE_WIDTH, SPLITTER = 400, 360, 6
RADIUS, CARD_RADIUS, FOCUS_WIDTH, FOCUS_OFFSET = 4, 6, 2, 2
WIDE_SCREEN = 1600
