"""What is read from files once and passed in: resources, limits, texts. No global instance."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
"""The shipped data files; beside ``app`` in a checkout, an installation and the frozen build."""

LANGUAGES = ("en", "zh_CN")


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
class Texts:
    """Texts below Qt, by key, in one language: ``resources/i18n/<language>/<area>.toml``.

    A key is ``area.name`` or ``area.table.name``; values hold ``{placeholders}``. A key that the
    language lacks falls back to English, and one that English lacks to the key itself.
    """

    language: str = "en"

    def get(self, key: str, **values: object) -> str:
        """The text of a key with its placeholders filled."""
        area, _, name = key.partition(".")
        text = _texts(self.language, area).get(name) or _texts("en", area).get(name) or key
        return text.format(**values) if values else text


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
