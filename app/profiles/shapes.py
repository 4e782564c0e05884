"""The language in which the data files are declared: tables, fields, and what a value may be.

One declaration gives the strict check of a file (app.profiles.checking) and the published JSON
Schema (``json_schema`` here), so that the two cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypedDict, Unpack


class Shape(Enum):
    """What kind of TOML value a field holds."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOL = "boolean"
    LIST = "array"
    TABLE = "object"
    MAP = "map"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key: its shape and its bounds; ``item`` is that of a list's items or a map's values.

    ``pattern`` is a regular expression of the whole text, or of a map's keys.
    """

    shape: Shape
    about: str = ""
    required: bool = False
    choices: tuple[str | int, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    not_empty: bool = False
    table: Table | None = None
    item: Field | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: its keys by name; ``open`` tables take any further key."""

    about: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    open: bool = False


class _Bounds(TypedDict, total=False):
    required: bool
    choices: tuple[str | int, ...]
    pattern: str
    minimum: float
    maximum: float
    above: float
    not_empty: bool


def text(about: str, **rest: Unpack[_Bounds]) -> Field:
    """A field that holds text."""
    return Field(shape=Shape.TEXT, about=about, **rest)


def integer(about: str, **rest: Unpack[_Bounds]) -> Field:
    """A field that holds a whole number."""
    return Field(shape=Shape.INTEGER, about=about, **rest)


def number(about: str, **rest: Unpack[_Bounds]) -> Field:
    """A field that holds a finite number."""
    return Field(shape=Shape.NUMBER, about=about, **rest)


def table(inner: Table, **rest: Unpack[_Bounds]) -> Field:
    """A field that holds one table."""
    return Field(shape=Shape.TABLE, about=inner.about, table=inner, **rest)


def tables(inner: Table, **rest: Unpack[_Bounds]) -> Field:
    """A field that holds an array of tables."""
    return Field(shape=Shape.LIST, about=inner.about, item=table(inner), **rest)


def json_schema(root: Table, title: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a file with this root table."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **_table_schema(root),
    }


def _table_schema(inner: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    if inner.about:
        schema["description"] = inner.about
    schema["properties"] = {name: _field_schema(entry) for name, entry in inner.fields.items()}
    required = [name for name, entry in inner.fields.items() if entry.required]
    if required:
        schema["required"] = required
    schema["additionalProperties"] = inner.open
    return schema


def _field_schema(entry: Field) -> dict[str, Any]:
    if entry.table is not None:
        return _table_schema(entry.table)
    schema: dict[str, Any] = {"type": entry.shape.value, "description": entry.about}
    if entry.shape is Shape.MAP:
        schema["type"] = "object"
        schema["propertyNames"] = {"pattern": entry.pattern}
    elif entry.pattern:
        schema["pattern"] = entry.pattern
    if entry.item is not None:
        key = "additionalProperties" if entry.shape is Shape.MAP else "items"
        schema[key] = _field_schema(entry.item)
    if entry.choices:
        schema["enum"] = list(entry.choices)
    if entry.not_empty:
        schema["minItems" if entry.shape is Shape.LIST else "minLength"] = 1
    bounds = {
        "minimum": entry.minimum,
        "maximum": entry.maximum,
        "exclusiveMinimum": entry.above,
    }
    schema.update({name: bound for name, bound in bounds.items() if bound is not None})
    return schema
