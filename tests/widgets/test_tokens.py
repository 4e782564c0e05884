"""Every pair of colours in use can be told apart: WCAG 2 contrast, both themes."""

import re

import pytest

from app.settings import RESOURCES
from widgets.base.tokens import PALETTES

TEXT, SYMBOL = 4.5, 3.0
TEXT_PAIRS = [
    (text, ground)
    for text in ("text", "text2")
    for ground in ("bg", "surface", "raised", "selected", "plot")
] + [("on_accent", "accent"), ("accent", "surface"), ("passed", "surface"), ("on_fail", "fail")]
SYMBOL_PAIRS = [
    ("border", "bg"), ("border", "surface"), ("border", "raised"), ("accent", "bg"),
    ("accent", "surface"), ("accent", "raised"), ("accent", "selected"), ("normal", "surface"),
    ("outline", "surface"), ("outline", "selected"), ("disabled", "surface"),
]  # fmt: skip


def contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_knows_the_extremes():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(name, text, ground):
    palette = PALETTES[name]
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= TEXT


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize(("symbol", "ground"), SYMBOL_PAIRS)
def test_symbols_borders_and_focus_can_be_seen(name, symbol, ground):
    palette = PALETTES[name]
    assert contrast(getattr(palette, symbol), getattr(palette, ground)) >= SYMBOL


@pytest.mark.parametrize("name", PALETTES)
def test_curves_stand_out_of_the_plot(name):
    palette = PALETTES[name]
    assert all(contrast(curve, palette.plot) >= SYMBOL for curve in palette.curves)
    assert len(set(palette.curves)) == len(palette.curves)


@pytest.mark.parametrize("name", PALETTES)
def test_theme_pictures_use_the_tokens(name):
    palette = PALETTES[name]
    tokens = {palette.on_accent, palette.text2}
    for file in (RESOURCES / "themes").glob(f"{name}-*.svg"):
        assert set(re.findall(r"#[0-9A-F]{6}", file.read_text())) <= tokens, file
