"""Compares a parsed file with its declaration and says exactly what is wrong, and where."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from app.profiles.shapes import Field, Shape, Table
from app.settings import Words
from app.wording import did_you_mean

Path = tuple[str | int, ...]
"""Keys and, for arrays, positions counted from 0: ``("point", 2, "modbus", "address")``."""


class Problem(NamedTuple):
    """One mistake: where it is, and what was seen, a text of ``files`` and its values."""

    path: Path
    mistake: str
    values: Mapping[str, object] = MappingProxyType({})


_TYPES: dict[Shape, tuple[type, ...]] = {
    Shape.TEXT: (str,),
    Shape.INTEGER: (int, float),
    Shape.NUMBER: (int, float),
    Shape.BOOL: (bool,),
    Shape.LIST: (list,),
    Shape.TABLE: (dict,),
    Shape.MAP: (dict,),
}


def check_table(value: dict[str, Any], declared: Table, path: Path = ()) -> Iterator[Problem]:
    """Every way in which a table differs from its declaration, nothing when it fits."""
    for name, entry in declared.fields.items():
        if name in value:
            yield from check_field(value[name], entry, (*path, name))
        elif entry.required:
            yield Problem((*path, name), "missing", {"name": name})
    if not declared.open:
        for name in value:
            if name not in declared.fields:
                hint = did_you_mean(name, declared.fields)
                yield Problem((*path, name), "unknown_key", {"name": name, "hint": hint})


def check_field(value: Any, entry: Field, path: Path) -> Iterator[Problem]:  # noqa: ANN401
    """Every way in which a value differs from its field's declaration."""
    if not _fits(value, entry.shape):
        wanted = Words(f"files.shape.{entry.shape.value}")
        yield Problem(path, "shape_of", {"wanted": wanted, "value": shown(value)})
    elif entry.shape is Shape.TABLE and entry.table is not None:
        yield from check_table(value, entry.table, path)
    elif entry.shape is Shape.MAP:
        yield from _check_map(value, entry, path)
    elif entry.shape is Shape.LIST:
        if entry.not_empty and not value:
            yield Problem(path, "empty")
        if entry.item is not None:
            for position, item in enumerate(value):
                yield from check_field(item, entry.item, (*path, position))
    else:
        yield from _check_scalar(value, entry, path)


def _fits(value: Any, shape: Shape) -> bool:  # noqa: ANN401
    if not isinstance(value, _TYPES[shape]):
        return False
    if isinstance(value, bool):
        return shape is Shape.BOOL
    if isinstance(value, float):
        return math.isfinite(value) and (shape is not Shape.INTEGER or value.is_integer())
    return True


def _check_map(value: dict[str, Any], entry: Field, path: Path) -> Iterator[Problem]:
    for name, item in value.items():
        if not re.search(entry.pattern, name):
            yield Problem((*path, name), "key_form", {"name": name, "form": entry.pattern})
        if entry.item is not None:
            yield from check_field(item, entry.item, (*path, name))


def _check_scalar(value: Any, entry: Field, path: Path) -> Iterator[Problem]:  # noqa: ANN401
    if entry.choices and value not in entry.choices:
        choices = [str(choice) for choice in entry.choices]
        known = Words("files.one_of", {"known": ", ".join(choices)})
        hint = did_you_mean(str(value), choices) or known
        yield Problem(path, "choice", {"value": shown(value), "hint": hint})
    elif entry.pattern and not re.search(entry.pattern, value):
        yield Problem(path, "form", {"value": shown(value), "form": entry.pattern})
    elif entry.not_empty and not value:
        yield Problem(path, "empty")
    elif entry.minimum is not None and value < entry.minimum:
        yield Problem(path, "minimum", {"value": shown(value), "least": entry.minimum})
    elif entry.above is not None and value <= entry.above:
        yield Problem(path, "above", {"value": shown(value), "above": entry.above})
    elif entry.maximum is not None and value > entry.maximum:
        yield Problem(path, "maximum", {"value": shown(value), "most": entry.maximum})


def shown(value: Any) -> Words | str:  # noqa: ANN401
    """A value as a mistake names it: short, a table or an array by its kind."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value[:40]}"'
    if isinstance(value, dict):
        return Words("files.shape.object")
    if isinstance(value, list):
        return Words("files.shape.array")
    return str(value)[:40]
