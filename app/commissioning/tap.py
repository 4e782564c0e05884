"""Raw bytes beside the links: every exchange and message, to be cut into evidence."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.codecs.modbus_requests import parse_rtu, parse_tcp
from app.core.commissioning import Frame
from app.core.errors import RemoteProtocolError
from app.core.links import Message

KEPT = 50_000
"""Exchanges that are remembered; a check is over long before so many have passed."""


@dataclass(slots=True, kw_only=True)
class _Raw:
    time_ns: int
    request: bytes
    response: bytearray = field(default_factory=bytearray)
    last_ns: int = 0


class ModbusTap:
    """A CaptureSink that pairs each request with the bytes that came until the next one.

    Args:
        rtu: whether frames are RTU; else they have the head of Modbus TCP.
        slots: the device at each unit.
        now_ns: the clock of the evidence.
    """

    def __init__(self, *, rtu: bool, slots: Mapping[int, str], now_ns: Callable[[], int]) -> None:
        self._rtu = rtu
        self._slots = dict(slots)
        self._now_ns = now_ns
        self._raw: deque[_Raw] = deque(maxlen=KEPT)

    def sent(self, data: bytes, *, note: str = "") -> None:
        """A request left."""
        del note
        self._raw.append(_Raw(time_ns=self._now_ns(), request=bytes(data)))

    def received(self, data: bytes, *, note: str = "") -> None:
        """Bytes came."""
        del note
        if self._raw:
            raw = self._raw[-1]
            raw.response += data
            raw.last_ns = self._now_ns()

    def call(self, unit: int, slot: str) -> None:
        """From now on requests to that unit are about that device, too."""
        self._slots[unit] = slot

    def frames(self, slots: Iterable[str], start_ns: int) -> list[Frame]:
        """The exchanges with some devices since a moment."""
        wanted = set(slots)
        found: list[Frame] = []
        for raw in reversed(self._raw):
            if raw.time_ns < start_ns:
                break
            unit = raw.request[0 if self._rtu else 6] if len(raw.request) > 6 else -1
            slot = self._slots.get(unit, "")
            if slot in wanted:
                found.append(self._frame(raw, slot))
        return found[::-1]

    def _frame(self, raw: _Raw, slot: str) -> Frame:
        return Frame(
            kind="modbus+rtu" if self._rtu else "modbus+tcp",
            time_ns=raw.time_ns,
            device=slot,
            note=self._about(raw.request),
            request=raw.request.hex(),
            response=raw.response.hex(),
            took_s=round((raw.last_ns - raw.time_ns) / 1e9, 6) if raw.response else 0.0,
        )

    def _about(self, request: bytes) -> str:
        try:
            return str(parse_rtu(request) if self._rtu else parse_tcp(request)[1])
        except RemoteProtocolError:
            return ""


class MessageTap:
    """The messages on some topics, as they came."""

    def __init__(self, *, slot: str, topics: Iterable[str], now_ns: Callable[[], int]) -> None:
        self._slot = slot
        self._topics = frozenset(topics)
        self._now_ns = now_ns
        self._kept: deque[tuple[int, str, bytes]] = deque(maxlen=KEPT)

    def take(self, messages: Sequence[Message]) -> None:
        """Called by the link with each batch."""
        now = self._now_ns()
        for topic, payload, _, retained in messages:
            if topic in self._topics and not retained:
                self._kept.append((now, topic, payload))

    def frames(self, slots: Iterable[str], start_ns: int) -> list[Frame]:
        """The messages since a moment, where the asset's messages are wanted."""
        if self._slot not in set(slots):
            return []
        return [
            Frame(
                kind="mqtt",
                time_ns=at,
                device=self._slot,
                note=topic,
                request="",
                # An empty payload is a message, too; its length is what is wrong with it.
                response=payload.hex() or "00",
            )
            for at, topic, payload in self._kept
            if at >= start_ns
        ]
