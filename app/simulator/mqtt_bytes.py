"""The few MQTT 3.1.1 packets that a device sends and takes (OASIS MQTT 3.1.1, chapters 2 and 3)."""

from __future__ import annotations

from typing import NamedTuple

CONNECT, CONNACK, PUBLISH, PUBACK = 1, 2, 3, 4
SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 12, 13, 14
PING = bytes((PINGREQ << 4, 0))
GOODBYE = bytes((DISCONNECT << 4, 0))
_CLEAN_SESSION = 0x02
_MOST_LENGTH_BYTES = 4


class Packet(NamedTuple):
    """One packet as it came: its kind, the low four bits of its first byte, and its body."""

    kind: int
    flags: int
    body: bytes


class Publication(NamedTuple):
    """A PUBLISH that came; ``mid`` is 0 for QoS 0."""

    topic: str
    payload: bytes
    mid: int


def connect(client_id: str, keepalive_s: int) -> bytes:
    """A CONNECT with a clean session and no password."""
    head = _text("MQTT") + bytes((4, _CLEAN_SESSION)) + keepalive_s.to_bytes(2, "big")
    return _packet(CONNECT, 0, head + _text(client_id))


def subscribe(mid: int, topic_filter: str, qos: int) -> bytes:
    """A SUBSCRIBE to one filter."""
    return _packet(SUBSCRIBE, 2, mid.to_bytes(2, "big") + _text(topic_filter) + bytes((qos,)))


def publish(topic: str, payload: bytes, *, qos: int = 0, mid: int = 0) -> bytes:
    """A PUBLISH, never retained."""
    numbered = mid.to_bytes(2, "big") if qos else b""
    return _packet(PUBLISH, qos << 1, _text(topic) + numbered + payload)


def puback(mid: int) -> bytes:
    """The answer to a PUBLISH of QoS 1."""
    return _packet(PUBACK, 0, mid.to_bytes(2, "big"))


def publication(packet: Packet) -> Publication:
    """Read a PUBLISH; ValueError where it is cut short."""
    body = packet.body
    end = 2 + int.from_bytes(body[:2], "big")
    numbered = 2 if packet.flags & 0x06 else 0
    if len(body) < end + numbered:
        raise ValueError("a PUBLISH is shorter than its topic says")
    mid = int.from_bytes(body[end : end + numbered], "big")
    return Publication(topic=body[2:end].decode("utf-8"), payload=body[end + numbered :], mid=mid)


class PacketReader:
    """Cuts what arrives into packets."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Packet]:
        """Every packet that is whole now; ValueError where the length is impossible."""
        self._buffer += data
        found: list[Packet] = []
        while (size := self._whole()) is not None:
            start, end = size
            first = self._buffer[0]
            found.append(Packet(first >> 4, first & 0x0F, bytes(self._buffer[start:end])))
            del self._buffer[:end]
        return found

    def _whole(self) -> tuple[int, int] | None:
        length = shift = 0
        for index in range(1, len(self._buffer)):
            byte = self._buffer[index]
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                end = index + 1 + length
                return (index + 1, end) if len(self._buffer) >= end else None
            if index == _MOST_LENGTH_BYTES:
                raise ValueError("a packet's length takes more than four bytes")
        return None


def _packet(kind: int, flags: int, body: bytes) -> bytes:
    return bytes((kind << 4 | flags,)) + _length(len(body)) + body


def _length(length: int) -> bytes:
    found = bytearray()
    while True:
        length, low = divmod(length, 128)
        found.append(low | (0x80 if length else 0))
        if not length:
            return bytes(found)


def _text(text: str) -> bytes:
    data = text.encode("utf-8")
    return len(data).to_bytes(2, "big") + data
