"""What is read from files once and passed in: resources, limits, texts. No global instance."""

from __future__ import annotations

import getpass
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
"""The shipped data files; beside ``app`` in a checkout, an installation and the frozen build."""

LANGUAGES = ("en", "zh_CN")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOptions:
    """How the program is started: the data folder, the demo district beside it, no connections.

    ``language`` is one of LANGUAGES, empty for the system's.
    """

    data: Path
    demo: bool = False
    safe: bool = False
    language: str = ""


def default_data() -> Path:
    """The data folder of this user where none is named."""
    from platformdirs import user_data_path

    return user_data_path("wayside", appauthor=False)


def account() -> str:
    """Who works at this computer: the name of the account; ``operator`` where it has none."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        # Without the variables of an environment it asks a database that not every system has.
        return "operator"


def system_language() -> str:
    """The language of texts below Qt where none is chosen, from the environment."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh_CN" if value.lower().startswith("zh") else "en"
    return "en"


@cache
def _limits(area: str) -> dict[str, float]:
    file = RESOURCES / "limits" / f"{area}.toml"
    table = tomllib.loads(file.read_text("utf-8"))
    return {name: float(entry["value"]) for name, entry in table.items()}


def limit(area: str, name: str) -> float:
    """A limit that somebody might argue about, from ``resources/limits/<area>.toml``.

    Each entry there has ``value``, ``unit`` and ``source``.

    Raises:
        KeyError: the area has no such limit.
    """
    return _limits(area)[name]


@dataclass(frozen=True, slots=True)
class Words:
    """A text of Texts that is formed when it is shown: its key and its values, which may be Words.

    As a string it is English.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, texts: Texts) -> str:
        """The text in the language of the texts."""
        return texts.get(self.key, **self.values)

    def __str__(self) -> str:
        return self.said(Texts())


@dataclass(slots=True)
class Texts:
    """Texts below Qt, by key, in one language: ``resources/i18n/<language>/<area>.toml``.

    A key is ``area.name`` or ``area.table.name``; values hold ``{placeholders}``. A key that the
    language lacks falls back to English, and one that English lacks to the key itself. Who shares
    a Texts follows its ``language`` when the user chooses another one.
    """

    language: str = "en"

    def get(self, key: str, /, **values: object) -> str:
        """The text of a key with its placeholders filled."""
        area, _, name = key.partition(".")
        text = _texts(self.language, area).get(name) or _texts("en", area).get(name) or key
        if not values:
            return text
        said = {k: v.said(self) if isinstance(v, Words) else v for k, v in values.items()}
        return text.format(**said)


@cache
def _texts(language: str, area: str) -> dict[str, str]:
    file = RESOURCES / "i18n" / language / f"{area}.toml"
    if not file.exists():
        return {}
    return dict(_flat(tomllib.loads(file.read_text("utf-8")), ""))


def _flat(table: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            found.extend(_flat(value, f"{prefix}{name}."))
        else:
            found.append((f"{prefix}{name}", str(value)))
    return found
