"""Raw frames read back: what was asked, what came, and what it says by the device's profile.

Everything here is pure. The same functions judge a check while it runs and when somebody replays
its evidence years later, so a verdict rests on recorded bytes alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.codecs.modbus_answers import belongs, decode
from app.codecs.modbus_crc import crc16
from app.codecs.modbus_events import Refused
from app.codecs.modbus_pdu import Request
from app.codecs.modbus_requests import parse_pdu, parse_rtu, parse_tcp
from app.core.commissioning import Frame
from app.core.errors import RemoteProtocolError
from app.core.profiles import DeviceProfile, Point
from app.core.quality import Quality
from app.core.rows import samples
from app.profiles import raw
from app.profiles.kinds import width
from app.profiles.messages import mappers

_HEAD = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One Modbus request and what became of it; ``problem`` is empty for an answer.

    ``problem`` is one of silent, crc, unit, garbage and refused; ``code`` is the refusal's, or the
    unit that answered instead.
    """

    request: Request
    time_ns: int
    took_s: float
    values: tuple[int, ...] = ()
    identity: dict[int, str] = field(default_factory=dict)
    problem: str = ""
    code: int = 0

    @property
    def answered_ns(self) -> int:
        """When the answer was there."""
        return self.time_ns + int(self.took_s * 1e9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of one point at one moment; None where the quality is bad.

    ``asked_ns`` is when it was asked for, 0 for one that was told.
    """

    time_ns: int
    value: float | int | bool | str | None
    quality: int
    asked_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One value written to a point, and whether the device said yes."""

    time_ns: int
    value: float | int | bool | str
    accepted: bool
    took_s: float
    problem: str = ""


def exchange(frame: Frame) -> Exchange | None:
    """What a Modbus frame says; None for a frame that holds no request known here."""
    try:
        request, tid = _request(frame)
    except (RemoteProtocolError, ValueError, IndexError):
        return None
    try:
        response = bytes.fromhex(frame.response)
    except ValueError:
        response = b"\0"
    pdu, problem, code = _answer(frame.kind, request, tid, response)
    found = Exchange(
        request=request, time_ns=frame.time_ns, took_s=frame.took_s, problem=problem, code=code
    )
    if problem:
        return found
    answer = decode(request, pdu)
    if isinstance(answer, Refused):
        return replace(found, problem="refused", code=answer.code)
    objects = dict(answer.identity.objects) if answer.identity else {}
    return replace(found, values=answer.values, identity=objects)


def _request(frame: Frame) -> tuple[Request, int]:
    data = bytes.fromhex(frame.request)
    if frame.kind == "modbus+tcp":
        tid, request = parse_tcp(data)
        return request, tid
    if frame.kind == "modbus+rtu":
        return parse_rtu(data), 0
    return parse_pdu(data[0], data[1:]), 0


def _answer(kind: str, request: Request, tid: int, data: bytes) -> tuple[bytes, str, int]:
    """The PDU that answers, or the problem and its code."""
    if not data:
        return b"", "silent", 0
    found = list(_parts(kind, data))
    for part_tid, unit, pdu, whole in found:
        if whole and pdu and unit == request.unit and part_tid == tid and belongs(request, pdu):
            return pdu, "", 0
    if any(not whole for _, _, _, whole in found):
        return b"", "crc", 0
    for part_tid, unit, pdu, _ in found:
        if part_tid == tid and pdu and unit != request.unit:
            return b"", "unit", unit
    return b"", "garbage", 0


def _parts(kind: str, data: bytes) -> Iterator[tuple[int, int, bytes, bool]]:
    """Frames in what came: transaction, unit, PDU, and whether it is whole."""
    if kind == "modbus":
        yield 0, data[0], data[1:], True
    elif kind == "modbus+rtu":
        good = len(data) >= 4 and crc16(data) == 0
        yield 0, data[0], data[1:-2], good
    else:
        place = 0
        while len(data) - place > _HEAD:
            size = int.from_bytes(data[place + 4 : place + 6], "big")
            end = place + 6 + size
            tid = int.from_bytes(data[place : place + 2], "big")
            yield tid, data[place + 6], data[place + _HEAD : end], size >= 2 and end <= len(data)
            if size < 2:
                return
            place = end


class Trace:
    """The frames of one attempt with the profiles they are read by, and what a person answered.

    Args:
        frames: in order of time.
        profiles: by slot; the slot is a frame's ``device``.
        answer: a person's answer, empty where none was asked.
        asset: the asset's number, by which its messages may name it.
    """

    def __init__(
        self,
        frames: Sequence[Frame],
        profiles: Mapping[str, DeviceProfile],
        *,
        answer: str = "",
        asset: str = "",
    ) -> None:
        self.frames = tuple(sorted(frames, key=lambda frame: frame.time_ns))
        self.profiles = profiles
        self.answer = answer
        self._asset = asset
        self._exchanges: dict[str, list[Exchange]] = {}
        for frame in self.frames:
            if frame.kind.startswith("modbus") and (found := exchange(frame)) is not None:
                self._exchanges.setdefault(frame.device, []).append(found)
        self._told: dict[str, dict[str, list[Reading]]] = {}

    @property
    def error(self) -> str:
        """Why the bytes end early, empty where they do not."""
        return next((f.note for f in reversed(self.frames) if f.kind in ("error", "down")), "")

    @property
    def lost(self) -> str:
        """Why the last of single requests could not be sent, empty where none was lost so."""
        return next((frame.note for frame in reversed(self.frames) if frame.kind == "lost"), "")

    @property
    def down(self) -> str:
        """Why the link was never up, in its own words; empty where anything was heard or sent."""
        if any(frame.request or frame.response for frame in self.frames):
            return ""
        return next((frame.note for frame in reversed(self.frames) if frame.kind == "down"), "")

    @property
    def start_ns(self) -> int:
        """When the first frame was."""
        return self.frames[0].time_ns if self.frames else 0

    def exchanges(self, slot: str) -> list[Exchange]:
        """Every Modbus exchange with a device, in order."""
        return self._exchanges.get(slot, [])

    def messages(self, slot: str) -> list[Frame]:
        """Every message of a device, in order."""
        return [f for f in self.frames if f.kind == "mqtt" and f.device == slot and f.response]

    def readings(self, slot: str, point: str) -> list[Reading]:
        """Every reading of a point, over whatever link it came, in order of time."""
        profile = self.profiles.get(slot)
        found = next((p for p in profile.points if p.id == point), None) if profile else None
        if found is None:
            return []
        read = [*self._read(slot, found), *self._messages(slot).get(point, ())]
        return sorted(read, key=lambda reading: reading.time_ns)

    def last(self, slot: str, point: str) -> Reading | None:
        """The newest reading of a point."""
        found = self.readings(slot, point)
        return found[-1] if found else None

    def numbers(self, slot: str, point: str) -> list[tuple[int, float]]:
        """Time and value of every good numeric reading."""
        return [
            (reading.time_ns, float(reading.value))
            for reading in self.readings(slot, point)
            if reading.value is not None and not isinstance(reading.value, str)
        ]

    def writes(self, slot: str, point: str) -> list[Write]:
        """Every value written to a point over Modbus, in order."""
        found = self.profiles[slot].point(point)
        address = found.modbus
        if address is None:
            return []
        return [
            Write(
                time_ns=one.time_ns,
                value=value,
                accepted=not one.problem,
                took_s=one.took_s,
                problem=one.problem,
            )
            for one in self.exchanges(slot)
            if one.request.writes
            and one.request.table is address.table
            and one.request.address == address.address
            and (value := _written(found, one.request)) is not None
        ]

    def _read(self, slot: str, point: Point) -> Iterator[Reading]:
        address = point.modbus
        if address is None:
            return
        size = width(address)
        for one in self.exchanges(slot):
            request = one.request
            if request.writes or request.table is not address.table or not one.values:
                continue
            start = address.address - request.address
            if start >= 0 and start + size <= request.count:
                value, quality = raw.decode(point, one.values[start : start + size])
                yield Reading(
                    time_ns=one.answered_ns, value=value, quality=quality, asked_ns=one.time_ns
                )

    def _messages(self, slot: str) -> dict[str, list[Reading]]:
        if slot not in self._told:
            told: dict[str, list[Reading]] = {}
            profile = self.profiles[slot]
            if profile.mqtt is not None:
                for mapper in mappers(profile, self._asset or slot):
                    for frame in self.messages(slot):
                        payload = bytes.fromhex(frame.response)
                        for batch in mapper.map([(payload, frame.time_ns)]).batches:
                            for sample in samples(batch):
                                told.setdefault(sample.key.point, []).append(
                                    Reading(
                                        time_ns=frame.time_ns,
                                        value=sample.value,
                                        quality=sample.quality,
                                    )
                                )
            self._told[slot] = told
        return self._told[slot]


def _written(point: Point, request: Request) -> float | int | bool | str | None:
    """The value that a write request holds for a point."""
    pdu = request.pdu
    if pdu[0] == 5:
        return pdu[3] == 0xFF
    data = pdu[3:5] if pdu[0] == 6 else pdu[6:]
    if pdu[0] == 15:
        return bool(data[0] & 1)
    words = [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
    if point.modbus is None or len(words) != width(point.modbus):
        return None
    value, quality = raw.decode(point, words)
    return value if quality == Quality.GOOD else None
