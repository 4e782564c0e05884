"""The shipped files that the window draws with: icons, fonts, theme pictures, translations."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from app.settings import RESOURCES


@cache
def icon_svg(name: str) -> str:
    """The text of a line icon; its stroke is ``currentColor``. KeyError for an unknown name."""
    file = RESOURCES / "icons" / f"{name}.svg"
    if not file.exists():
        raise KeyError(f"no icon {name!r} in {file.parent}")
    return file.read_text("utf-8")


def font_files() -> list[Path]:
    """The bundled fonts."""
    folder = RESOURCES / "fonts"
    return sorted([*folder.glob("*.ttf"), *folder.glob("*.otf")])


def theme_picture(theme: str, name: str) -> str:
    """A picture for a style sheet, as a path with forward slashes on every system."""
    return (RESOURCES / "themes" / f"{theme}-{name}.svg").as_posix()


def translation_file(language: str) -> Path:
    """The compiled translation of a language; it need not exist (English has none)."""
    return RESOURCES / "i18n" / f"wayside_{language}.qm"
