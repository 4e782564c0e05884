"""From MQTT messages to rows: a typed decoder made from the profile, with a careful way beside it.

The common case, a flat (or ``values``) object in which every point is there and good, is decoded
by msgspec straight into a struct of the right types and packed as it is. A message with any
doubt in it goes through app.profiles.forms value by value, so one bad value never spoils the
others and garbage is counted, never raised.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from app.codecs.rows import RowPacker
from app.core.profiles import DeviceProfile, MqttDefaults, MqttPath, Point
from app.core.quality import Quality
from app.core.rows import Column, RowBatch, RowLayout, ValueKind
from app.profiles import forms
from app.profiles.clock import Clock
from app.profiles.topics import device_name, topic_of, topics
from app.profiles.typed import Source, TypedDecoder
from app.profiles.values import Judge, Scaling, Value, packed
from app.settings import limit


class Mapped(NamedTuple):
    """What became of some payloads: rows in order, the count of bad payloads, the last reason."""

    batches: tuple[RowBatch, ...]
    bad: int
    reason: str


class MessageMapper:
    """Maps the messages of one device on one topic; the topic is the profile's own unless named.

    ``unknown`` holds keys the profile does not know, with how often they were seen; every message
    on the careful way and one in 64 of the others is looked through for them.
    """

    def __init__(self, profile: DeviceProfile, device_key: str, template: str = "") -> None:
        mqtt = profile.mqtt or MqttDefaults()
        template = template or mqtt.topic
        model = _model(_Same(profile), template)
        self.topic = topic_of(template, device_key)
        group = "message" if template == mqtt.topic else f"message {template}"
        self.layout = RowLayout(device=device_key, group=group, columns=model.columns)
        self.unknown: dict[str, int] = {}
        self._mqtt = mqtt
        self._device = device_name(device_key)
        self._sources = model.sources
        self._known = model.known
        self._packer = model.packer
        self._clock = model.clock
        # What a decoder learns is about one device: its firmware decides on the form.
        self._fast = copy(model.decoder)
        self._look_every = int(limit("messages", "look_every"))
        self._look_in = 0
        self._largest = int(limit("messages", "largest_payload"))

    def map(self, payloads: Sequence[tuple[bytes, int]]) -> Mapped:
        """Rows from payloads, each with its receive time in ns; never raises."""
        fast = self._fast
        if fast is not None and len(payloads) == 1 and not self.layout.texts:
            # Many devices, each with one message a read: the usual case is made short.
            row = fast.row(*payloads[0], _no_text)
            if row is not None and self._look_in:
                self._look_in -= 1
                return Mapped((RowBatch(layout=self.layout, data=row),), 0, "")
        return self._map_all(payloads)

    def _map_all(self, payloads: Sequence[tuple[bytes, int]]) -> Mapped:
        run = _Run(self.layout)
        fast = self._fast
        for payload, received_ns in payloads:
            row = fast.row(payload, received_ns, run.text) if fast else None
            if row is None:
                self._careful(payload, received_ns, run)
                continue
            run.rows.append(row)
            self._look_in -= 1
            if self._look_in < 0:
                self._look_in = self._look_every
                for item in forms.items(forms.parse(payload), self._mqtt, self._device):
                    self._note_unknown(item)
        return run.finish()

    def _careful(self, payload: bytes, received_ns: int, run: _Run) -> None:
        if len(payload) > self._largest:
            run.fail(f"larger than {self._largest:,} bytes")
            return
        try:
            found = list(forms.items(forms.parse(payload), self._mqtt, self._device))
        except ValueError as error:
            run.fail(f"not a message: {error}")
            return
        # Readings without a time that came together are a nanosecond apart, or one would stay.
        made = (self._row(item, received_ns, n, run) for n, item in enumerate(found))
        rows = [row for row in made if row is not None]
        if not rows:
            run.fail(f"none of its keys is a point on {self.topic}")
        run.rows.extend(rows)
        if self._fast is not None and found:
            self._fast.learn(payload)

    def _row(self, item: forms.Item, received_ns: int, place: int, run: _Run) -> bytes | None:
        self._note_unknown(item)
        source_ns = received_ns + place
        if item.time is not None:
            source_ns = self._clock.trusted(item.time, received_ns) or 0
        sure = bool(source_ns)
        values: list[float | int] = []
        quality = bytearray()
        for source in self._sources:
            raw = item.values.get(source.path, forms.ABSENT)
            if raw is forms.ABSENT and "." in source.path:
                raw = forms.dig(item.values, source.path)
            value: Value | None = None
            judged = Quality.ABSENT
            if type(raw) is float and source.point.kind is ValueKind.FLOAT:
                value, judged = source.judge(raw)
            elif raw is not forms.ABSENT:
                value, judged = _judge(source, raw)
            if isinstance(value, str):
                values.append(run.text(value))
            else:
                values.append(packed(source.point.kind, value))
            if judged is Quality.GOOD and not sure:
                judged = Quality.UNCERTAIN_TIME
            quality.append(judged)
        if quality.count(Quality.ABSENT) == len(quality):
            return None
        return self._packer.pack(
            source_ns or received_ns + place, received_ns, values, bytes(quality)
        )

    def _note_unknown(self, item: forms.Item) -> None:
        for key in item.values:
            if key not in self._known and (key in self.unknown or len(self.unknown) < 256):
                self.unknown[key] = self.unknown.get(key, 0) + 1


def _no_text(_value: str) -> int:
    """The index of a text in a layout that has none."""
    return -1


class _Same:
    """A profile as the key of what is made from it: the same object, not an equal one."""

    __slots__ = ("profile",)

    def __init__(self, profile: DeviceProfile) -> None:
        self.profile = profile

    def __hash__(self) -> int:
        return id(self.profile)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.profile is self.profile


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """What all devices of a profile share on one topic; a district has thousands of them."""

    columns: tuple[Column, ...]
    sources: list[Source]
    known: frozenset[str]
    packer: RowPacker
    clock: Clock
    decoder: TypedDecoder | None


@lru_cache(maxsize=256)
def _model(same: _Same, template: str) -> _Model:
    mqtt = same.profile.mqtt or MqttDefaults()
    points = {point.id: point for point in same.profile.points if _is_on(point, template, mqtt)}
    layout = RowLayout.make("", "", {point.id: point.kind for point in points.values()})
    sources = [_source(points[column.point]) for column in layout.columns]
    names = {source.path.partition(".")[0] for source in sources}
    return _Model(
        columns=layout.columns,
        sources=sources,
        known=frozenset(names | {(mqtt.time_path or "ts").partition(".")[0]}),
        packer=RowPacker(layout),
        clock=Clock(mqtt.time_unit),
        decoder=TypedDecoder.make(layout, sources, mqtt),
    )


def mappers(profile: DeviceProfile, device_key: str) -> tuple[MessageMapper, ...]:
    """A mapper for each topic the model publishes on and has points for."""
    mqtt = profile.mqtt or MqttDefaults()
    return tuple(
        MessageMapper(profile, device_key, template)
        for template in topics(profile)
        if any(_is_on(point, template, mqtt) for point in profile.points)
    )


def _is_on(point: Point, template: str, mqtt: MqttDefaults) -> bool:
    own = point.mqtt.topic if point.mqtt and point.mqtt.topic else mqtt.topic
    return "r" in point.access and own == template


def _source(point: Point) -> Source:
    mapping = point.mqtt or MqttPath(path=point.id)
    return Source(point, mapping.path, Judge(point, Scaling.of(mapping.scale, mapping.offset)))


def _judge(source: Source, raw: Any) -> tuple[Value | None, Quality]:  # noqa: ANN401
    kind = source.point.kind
    if raw is None:
        return None, Quality.BAD_MISSING
    if kind is ValueKind.TEXT:
        if not isinstance(raw, str):
            return None, Quality.BAD_TYPE
        fits = len(raw) <= limit("messages", "largest_text")
        return (raw, Quality.GOOD) if fits else (None, Quality.BAD_RANGE)
    if not isinstance(raw, (int, float)) or (isinstance(raw, bool) and kind is not ValueKind.BOOL):
        return None, Quality.BAD_TYPE
    if kind is ValueKind.BOOL:
        return (bool(raw), Quality.GOOD) if raw in (0, 1) else (None, Quality.BAD_TYPE)
    if isinstance(raw, float) and not math.isfinite(raw):
        return None, Quality.BAD_RANGE
    if kind is ValueKind.INT and raw != int(raw):
        return None, Quality.BAD_TYPE
    return source.judge(raw)


class _Run:
    """What one call of ``map`` collects."""

    def __init__(self, layout: RowLayout) -> None:
        self.layout = layout
        self.rows: list[bytes] = []
        self.texts: dict[str, int] = {}
        self.bad = 0
        self.reason = ""

    def text(self, value: str) -> int:
        """The index of a text in the batch's table."""
        return self.texts.setdefault(value, len(self.texts))

    def fail(self, reason: str) -> None:
        """Counts a payload that gave no row."""
        self.bad += 1
        self.reason = reason

    def finish(self) -> Mapped:
        """The rows as one batch, if there are any."""
        if not self.rows:
            return Mapped((), self.bad, self.reason)
        data = b"".join(self.rows)
        batch = RowBatch(layout=self.layout, data=data, texts=tuple(self.texts))
        return Mapped((batch,), self.bad, self.reason)
