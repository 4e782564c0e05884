"""The limits checks are judged by: shipped values, and those a job replaces on the record."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.core.errors import UserFacing
from app.settings import RESOURCES
from app.wording import told

_SHIPPED = RESOURCES / "limits" / "commissioning.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit in force; ``changed`` says that the job uses another than the shipped value."""

    name: str
    value: float
    unit: str = ""
    source: str = ""
    changed: bool = False


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_SHIPPED.read_text("utf-8"))


@cache
def _chinese() -> dict[str, str]:
    return {entry["source"]: entry["source_zh"] for entry in _shipped().values()}


def source_in(source: str, language: str) -> str:
    """The source of a shipped limit in a language; as it is kept where it is another's."""
    return _chinese().get(source, source) if language.startswith("zh") else source


class LimitTable:
    """Limits by name, with the job's own in place of the shipped ones.

    Args:
        changes: other values by name, such as a shorter window; each is recorded as changed.
        file: the limits; those as shipped where it is left out.

    Raises:
        UserFacing: a change names no limit.
    """

    def __init__(
        self, changes: Mapping[str, float] | None = None, file: Path | None = None
    ) -> None:
        table = tomllib.loads(file.read_text("utf-8")) if file else _shipped()
        self._limits = {
            name: Limit(
                name=name,
                value=float(entry["value"]),
                unit=entry["unit"],
                source=entry["source"],
            )
            for name, entry in table.items()
        }
        self.changes = dict(changes or {})
        for name, value in self.changes.items():
            if name not in self._limits:
                known = ", ".join(sorted(self._limits))
                raise told(UserFacing, "jobs.no_limit", name=name, known=known)
            shipped = self._limits[name]
            self._limits[name] = Limit(
                name=name,
                value=float(value),
                unit=shipped.unit,
                source=shipped.source,
                changed=float(value) != shipped.value,
            )

    def names(self) -> tuple[str, ...]:
        """Every name."""
        return tuple(self._limits)

    def get(self, name: str | float) -> Limit:
        """The limit of that name; a plain number is a limit of its own without a source."""
        if isinstance(name, str):
            return self._limits[name]
        return Limit(name="", value=float(name))
