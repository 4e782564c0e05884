"""The quick way from a message to a row: a decoder whose types are the profile's points.

It answers with a row when every point is there and good, and with None when there is any doubt.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from operator import ge, le
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import astuple

from app.codecs.rows import RowPacker
from app.core.profiles import MqttDefaults, Point
from app.core.rows import RowLayout, ValueKind
from app.profiles.clock import NS, Clock
from app.profiles.values import Judge, steps, tight_bounds
from app.settings import limit

_TYPES: dict[ValueKind, tuple[Any, Any]] = {
    ValueKind.FLOAT: (float, math.nan),
    ValueKind.INT: (int | None, None),
    ValueKind.BOOL: (bool | int | None, None),
    ValueKind.TEXT: (str | None, None),
}
"""Type and default of a field. No default passes the comparison with bounds: absent is not good."""


class Source(NamedTuple):
    """One column: its point, the path of its value in the message, and who judges the value."""

    point: Point
    path: str
    judge: Judge


class TypedDecoder:
    """Decodes messages of one layout, flat or with the values in an object of their own."""

    def __init__(self, layout: RowLayout, sources: Sequence[Source], mqtt: MqttDefaults) -> None:
        numbers = list(sources[: layout.floats + layout.ints])
        floats = [source.judge.scaling for source in sources[: layout.floats]]
        limits = [tight_bounds(source.point) for source in numbers]
        self._lows = [low for low, _ in limits]
        self._highs = [high for _, high in limits]
        self._numbers = len(numbers)
        self._floats = layout.floats
        self._steps = steps(floats)
        self._care = [(at, source) for at, source in enumerate(numbers) if source.judge.needs_care]
        self._texts = layout.texts
        self._longest = int(limit("messages", "largest_text"))
        self._clock = Clock(mqtt.time_unit)
        self._packer = RowPacker(layout)
        self._flat, self._nested = _decoders(sources, mqtt)
        self._is_nested = bool(mqtt.values_path)

    @staticmethod
    def make(
        layout: RowLayout, sources: Sequence[Source], mqtt: MqttDefaults
    ) -> TypedDecoder | None:
        """A decoder, or None where the profile's paths or times need the careful way."""
        time, nest = mqtt.time_path or "ts", mqtt.values_path or "values"
        paths = [source.path for source in sources]
        names = {*paths, time, nest}
        if mqtt.time_unit not in NS or len(names) != len(paths) + 2:
            return None
        if any("." in name for name in names):
            return None
        return TypedDecoder(layout, sources, mqtt)

    def row(self, payload: bytes, received_ns: int, text: Callable[[str], int]) -> bytes | None:
        """The row of a message in which all is well; ``text`` gives the index of a text."""
        values: Sequence[Any]
        try:
            if self._is_nested:
                found = self._nested(payload)
                values, time = astuple(found.values), found.time
            else:
                *values, time = astuple(self._flat(payload))
            numbers: Sequence[Any] = values
            if self._steps:
                numbers = self._scaled(values)
            good = all(map(le, self._lows, numbers)) and all(map(ge, self._highs, numbers))
        except (msgspec.DecodeError, RecursionError, TypeError, OverflowError):
            return None
        if not good or (self._care and not self._is_sure(values)):
            return None
        source_ns = received_ns if time is None else self._clock.trusted(time, received_ns)
        if source_ns is None:
            return None
        if self._texts:
            texts = values[self._numbers :]
            if not all(isinstance(item, str) and len(item) <= self._longest for item in texts):
                return None
            numbers = [*numbers[: self._numbers], *map(text, texts)]
        return self._packer.pack(source_ns, received_ns, numbers)

    def learn(self, payload: bytes) -> None:
        """Remembers from a good message whether its values stand in an object of their own."""
        try:
            self._nested(payload)
        except (msgspec.DecodeError, RecursionError):
            self._is_nested = False
        else:
            self._is_nested = True

    def _scaled(self, values: Sequence[Any]) -> list[Any]:
        floats: Sequence[Any] = values[: self._floats]
        for step, factors in self._steps:
            floats = list(map(step, floats, factors))
        return [*floats, *values[self._floats :]]

    def _is_sure(self, values: Sequence[Any]) -> bool:
        return not any(source.judge(values[at])[1] for at, source in self._care)


def _decoders(
    sources: Sequence[Source], mqtt: MqttDefaults
) -> tuple[Callable[[bytes], Any], Callable[[bytes], Any]]:
    time = ("time", int | float | None, None)
    fields = [(f"v{at}", *_TYPES[source.point.kind]) for at, source in enumerate(sources)]
    names = {f"v{at}": source.path for at, source in enumerate(sources)}
    time_name = {"time": mqtt.time_path or "ts"}
    values = msgspec.defstruct("Values", fields, rename=names, gc=False)
    flat = msgspec.defstruct("Flat", [*fields, time], rename={**names, **time_name}, gc=False)
    nested = msgspec.defstruct(
        "Nested",
        [("values", values), time],
        rename={"values": mqtt.values_path or "values", **time_name},
        gc=False,
    )
    return msgspec.json.Decoder(flat).decode, msgspec.json.Decoder(nested).decode
