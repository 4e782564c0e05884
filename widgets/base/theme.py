"""The look of the whole program: Fusion, a palette and one small style sheet, from the tokens."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.bridge.resources import theme_picture
from widgets.base.fonts import load_fonts, sans
from widgets.base.tokens import DESK, LIGHT, Measures, Palette


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a widget needs to draw itself: colours and sizes."""

    palette: Palette = LIGHT
    measures: Measures = DESK


_SHEET = Template("""
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 8px; }
QMenu { background: $raised; border: 1px solid $border; padding: 4px 0; }
QMenu::item { padding: 6px 24px 6px 12px; min-height: 16px; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $divider; margin: 4px 0; }
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox {
  background: $raised; border: 1px solid $border; border-radius: 4px; padding: 0 8px;
  min-height: ${inner}px; max-height: ${inner}px; selection-background-color: $accent;
  selection-color: $on_accent; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: $accent; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled { color: $disabled; background: $surface;
  border-color: $divider; }
QLineEdit[wrong="true"] { border: 2px solid $fail; padding: 0 7px; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: url("$chevron"); width: 16px; height: 16px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border; outline: none;
  selection-background-color: $selected; selection-color: $text; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {
  border: none; width: 20px; background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$up"); width: 12px; height: 12px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$chevron"); width: 12px;
  height: 12px; }
QCheckBox { spacing: 8px; min-height: 24px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $border; border-radius: 3px;
  background: $raised; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$check"); }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $text2; border: none; padding: 0 8px;
  border-bottom: 1px solid $divider; font-size: ${caption}px; font-weight: 400; }
QAbstractScrollArea { background: $surface; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text2; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QSplitter::handle { background: $bg; }
QSplitter::handle:vertical { border-top: 1px solid $divider; border-bottom: 1px solid $divider;
  height: 4px; }
QSplitter::handle:horizontal { border-left: 1px solid $divider; border-right: 1px solid $divider;
  width: 4px; }
QMainWindow { background: $bg; }
QMainWindow::separator { background: $bg; width: 6px; height: 6px; }
QMainWindow::separator:hover { background: $divider; }
""")


def style_sheet(look: Look) -> str:
    """The style sheet of a look."""
    palette, measures = look.palette, look.measures
    colors = {
        name: getattr(palette, name)
        for name in (
            "bg", "surface", "raised", "text", "text2", "disabled", "border", "divider",
            "accent", "on_accent", "selected", "fail",
        )
    }  # fmt: skip
    pictures = {name: theme_picture(palette.name, name) for name in ("check", "chevron", "up")}
    return _SHEET.substitute(
        colors, **pictures, inner=measures.control - 2, caption=measures.caption
    )


def qt_palette(palette: Palette) -> QPalette:
    """The tokens as Qt's own colour roles, for everything that draws itself."""
    made = QPalette()
    role = QPalette.ColorRole
    for name, color in (
        (role.Window, palette.bg),
        (role.WindowText, palette.text),
        (role.Base, palette.surface),
        (role.AlternateBase, palette.surface),
        (role.Text, palette.text),
        (role.Button, palette.raised),
        (role.ButtonText, palette.text),
        (role.BrightText, palette.on_accent),
        (role.ToolTipBase, palette.raised),
        (role.ToolTipText, palette.text),
        (role.PlaceholderText, palette.text2),
        (role.Highlight, palette.selected),
        (role.HighlightedText, palette.text),
        (role.Link, palette.accent),
        (role.LinkVisited, palette.accent),
        (role.Mid, palette.divider),
        (role.Dark, palette.border),
        (role.Accent, palette.accent),
    ):
        made.setColor(name, QColor(color))
    for disabled in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, disabled, QColor(palette.disabled))
    return made


def apply(app: QApplication, look: Look) -> None:
    """Dress the program; windows built before must be built anew."""
    load_fonts()
    app.setStyle("Fusion")
    app.setPalette(qt_palette(look.palette))
    app.setFont(sans(look.measures.body))
    app.setStyleSheet(style_sheet(look))
