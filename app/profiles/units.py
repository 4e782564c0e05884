"""The units that points may have, and how each is shown."""

from __future__ import annotations

import tomllib
from functools import cache

from app.settings import RESOURCES


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads((RESOURCES / "units.toml").read_text("utf-8"))


def codes() -> tuple[str, ...]:
    """Every UCUM code that a profile may use."""
    return tuple(_table())


def known(code: str) -> bool:
    """Whether a profile may use the code."""
    return code in _table()


def display(code: str, language: str = "en") -> str:
    """The symbol a person reads for a UCUM code, such as ``°C`` for ``Cel``.

    A code that is not in resources/units.toml is shown as it is: wrong is worse than odd.
    """
    entry = _table().get(code)
    if entry is None:
        return code
    return entry.get(language, entry["en"])
