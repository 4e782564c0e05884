"""What the user chose for the look: theme, language, size; kept with the layout."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import PySide6
from PySide6.QtCore import QCoreApplication, QLibraryInfo, Qt, QTranslator
from PySide6.QtGui import QGuiApplication

from app.bridge.layout_store import LayoutStore
from app.bridge.resources import translation_file
from app.settings import LANGUAGES, system_language

THEMES = ("system", "light", "dark")
SIZES = ("desk", "field")
_PART = "preferences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Theme (system, light, dark), language (en, zh_CN) and size (desk, field)."""

    theme: str = "system"
    language: str = "en"
    size: str = "desk"

    @staticmethod
    def load(store: LayoutStore, language: str = "") -> Preferences:
        """The saved ones; ``language`` is that of the command line and wins."""
        saved = store.get(_PART)
        chosen = language or saved.get("language") or system_language()
        theme, size = saved.get("theme"), saved.get("size")
        return Preferences(
            theme=theme if theme in THEMES else "system",
            language=chosen if chosen in LANGUAGES else "en",
            size=size if size in SIZES else "desk",
        )

    def as_dict(self) -> dict[str, str]:
        """Name and value of each."""
        return {"theme": self.theme, "language": self.language, "size": self.size}

    def chosen(self, name: str, value: str) -> Preferences:
        """The same with one of them changed."""
        return replace(self, **{name: value})

    def save(self, store: LayoutStore) -> None:
        """Keep them with the layout."""
        store.set(_PART, dict(self.as_dict()))

    def resolved_theme(self) -> str:
        """Light or dark, asking the system where that was chosen."""
        if self.theme != "system":
            return self.theme
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"


def qt_translation(language: str) -> Path:
    """Qt's own texts in a language: where Qt looks, or in the package, as in a frozen program."""
    name = f"qtbase_{language}.qm"
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) / name
    return qt if qt.exists() else Path(PySide6.__file__).parent / "Qt" / "translations" / name


class Translation:
    """The translators installed for a language; English needs none."""

    def __init__(self) -> None:
        self._translators: list[QTranslator] = []

    def use(self, language: str) -> None:
        """Translate everything that is built from now on, Qt's own dialogs too."""
        application = QCoreApplication.instance()
        if application is None:
            return
        while self._translators:
            application.removeTranslator(self._translators.pop())
        for file in (qt_translation(language), translation_file(language)):
            translator = QTranslator(application)
            if file.exists() and translator.load(str(file)):
                application.installTranslator(translator)
                self._translators.append(translator)
