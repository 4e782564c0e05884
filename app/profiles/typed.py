"""The quick way from a message to a row: a decoder whose types are the profile's points.

Type, presence and range of every value are checked by msgspec while it decodes. It answers with a
row when every point is there and good, and with None when there is any doubt.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from operator import ge, le
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec.structs import astuple

from app.codecs.rows import RowPacker
from app.core.profiles import MqttDefaults, Point
from app.core.rows import RowLayout, ValueKind
from app.profiles.clock import NS, Clock
from app.profiles.values import Judge, steps, tight_bounds
from app.settings import limit

_INT64 = (-(2**63), 2**63 - 1)
_FAILURES = (msgspec.DecodeError, RecursionError, OverflowError, struct.error)


class Source(NamedTuple):
    """One column: its point, the path of its value in the message, and who judges the value."""

    point: Point
    path: str
    judge: Judge


class TypedDecoder:
    """Decodes messages of one layout, flat or with the values in an object of their own."""

    def __init__(self, layout: RowLayout, sources: Sequence[Source], mqtt: MqttDefaults) -> None:
        numbers = list(sources[: layout.floats + layout.ints])
        self._numbers = len(numbers)
        self._floats = layout.floats
        self._steps = steps(source.judge.scaling for source in sources[: layout.floats])
        limits = [tight_bounds(source.point) for source in numbers]
        self._lows = [low for low, _ in limits]
        self._highs = [high for _, high in limits]
        self._care = [(at, source) for at, source in enumerate(numbers) if source.judge.needs_care]
        self._plain = not (self._steps or self._care or layout.texts)
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
        values: Sequence[Any] | None
        try:
            if self._is_nested:
                found = self._nested(payload)
                values, time = astuple(found.values), found.time
            else:
                *values, time = astuple(self._flat(payload))
            if not self._plain:
                values = self._finished(values, text)
            source_ns = received_ns if time is None else self._clock.trusted(time, received_ns)
            if values is None or source_ns is None:
                return None
            return self._packer.pack(source_ns, received_ns, values)
        except _FAILURES:
            return None

    def learn(self, payload: bytes) -> None:
        """Remembers from a message whether its values stand in an object of their own."""
        try:
            self._nested(payload)
        except _FAILURES:
            self._is_nested = False
        else:
            self._is_nested = True

    def _finished(self, values: Sequence[Any], text: Callable[[str], int]) -> list[Any] | None:
        """What the decoder could not do: missing codes, scales, text indexes."""
        if any(source.judge(values[at])[1] for at, source in self._care):
            return None
        floats: Sequence[Any] = values[: self._floats]
        for step, factors in self._steps:
            floats = list(map(step, floats, factors))
        if self._steps and not (
            all(map(le, self._lows, floats)) and all(map(ge, self._highs, floats))
        ):
            return None
        texts = map(text, values[self._numbers :])
        return [*floats, *values[self._floats : self._numbers], *texts]


def _field_type(source: Source) -> Any:  # noqa: ANN401  # a type, made at run time
    low, high = tight_bounds(source.point)
    kind = source.point.kind
    if kind is ValueKind.TEXT:
        return Annotated[str, msgspec.Meta(max_length=int(limit("messages", "largest_text")))]
    if kind is ValueKind.BOOL:
        return bool | Annotated[int, msgspec.Meta(ge=0, le=1)]
    if kind is ValueKind.INT:
        # What a 64-bit column cannot hold fails when the row is packed.
        least = math.ceil(low) if low > _INT64[0] else None
        most = math.floor(high) if high < _INT64[1] else None
        return Annotated[int, msgspec.Meta(ge=least, le=most)]
    scaling = source.judge.scaling
    if scaling.numerator == scaling.denominator == 1 and not scaling.offset:
        return Annotated[float, msgspec.Meta(ge=low, le=high)]
    return float


def _decoders(
    sources: Sequence[Source], mqtt: MqttDefaults
) -> tuple[Callable[[bytes], Any], Callable[[bytes], Any]]:
    time = ("time", int | float | None, None)
    fields = [(f"v{at}", _field_type(source)) for at, source in enumerate(sources)]
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
