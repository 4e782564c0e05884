"""No text of the project shows boxes: the bundled fonts hold every character that it uses."""

import pytest
from PySide6.QtGui import QFontMetricsF, QRawFont

from app.bridge.resources import font_files
from app.settings import RESOURCES
from widgets.base.fonts import load_fonts, sans

SYMBOLS = "≤≥−→Δµ\u03bcΩ³²✕✓▷●…·°℃‰±×½"


def supported() -> set[str]:
    raw = [QRawFont(str(file), 14.0) for file in font_files()]
    needed = needed_characters() | set(SYMBOLS)
    return {char for char in needed if any(font.supportsCharacter(ord(char)) for font in raw)}


def needed_characters() -> set[str]:
    files = [*(RESOURCES / "i18n").rglob("*.toml"), *(RESOURCES / "i18n").rglob("*.ts"),
             *(RESOURCES / "profiles").rglob("*.toml"),
             *(RESOURCES / "asset_types").rglob("*.toml")]  # fmt: skip
    return {char for file in files for char in file.read_text("utf-8") if char.isprintable()}


def test_every_character_in_use_is_bundled(qapp):
    missing = (needed_characters() | set(SYMBOLS)) - supported()
    assert not missing, "run packaging/make_fonts.py"


def test_families_are_found(qapp):
    assert load_fonts() == (
        "Wayside Mono",
        "Wayside Sans",
        "Wayside Sans SC",
        "Wayside Signs",
    )


@pytest.mark.parametrize("weight", [400, 600])
def test_figures_are_tabular(qapp, weight):
    load_fonts()
    metrics = QFontMetricsF(sans(14, sans(14).weight().__class__(weight)))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1
