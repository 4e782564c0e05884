"""MQTT on the wire, without I/O: gmqtt's packets out, our own reader in.

gmqtt's builders and properties are taken as they are. Its reader and client are not, because
they call back, and answer, once a message: this reader hands over all messages of a socket read
as one list, and their acknowledgements as one piece of bytes to be written after the list was
taken. Section numbers are those of the OASIS standards MQTT 5.0 and 3.1.1.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from gmqtt import Message as Outgoing
from gmqtt import Subscription
from gmqtt.mqtt import package
from gmqtt.mqtt.constants import MQTTCommands, MQTTv50, MQTTv311
from gmqtt.mqtt.property import Property
from gmqtt.mqtt.utils import IdGenerator

from app.core.links import Message

V5: int = MQTTv50
V311: int = MQTTv311
MAX_TOPICS = 100_000
"""Topics whose text is kept; a stream of ever new topics must not grow the memory."""
_APART_NS = 1000
"""Between messages of one read; leaves room for the readings that one message may hold."""


class NotMqtt(Exception):
    """The first bytes of the peer are no CONNACK; ``sample`` is what came."""

    def __init__(self, sample: bytes) -> None:
        self.sample = sample
        super().__init__(f"not MQTT: {sample[:16].hex(' ')}")


class Malformed(Exception):
    """The peer broke MQTT after it had spoken it."""


@dataclass(frozen=True, slots=True)
class Connack:
    """The broker's answer to CONNECT; ``code`` 0 is yes, the rest as 3.2.2.2 lists them."""

    code: int
    session_present: bool
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Suback:
    """The broker's answer to SUBSCRIBE: one code a filter, from 128 a refusal."""

    mid: int
    codes: bytes


@dataclass(frozen=True, slots=True)
class Acked:
    """A publish of ours has ended; ``code`` from 128 is a refusal (5.0 only)."""

    mid: int
    code: int


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a ping."""


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The broker disconnects us and says why (5.0 only)."""

    code: int
    reason: str


Event = Connack | Suback | Acked | Pong | Goodbye


class Wire:
    """One connection's protocol state: ``feed`` bytes in, take ``replies`` and ``events`` out.

    Args:
        version: V5 or V311.
        max_packet: bytes of the largest packet taken; a larger one breaks the connection.
    """

    def __init__(self, version: int, max_packet: int) -> None:
        self.proto_ver = version
        self.proto_name = b"MQTT"
        self.id_generator = IdGenerator(max=65535)
        self.replies = bytearray()
        self.events: list[Event] = []
        self._max_packet = max_packet
        self._connected = False
        self._rest = bytearray()
        self._need = 2
        self._topics: dict[bytes, str] = {}
        self._unreleased: set[bytes] = set()

    def feed(self, data: bytes, now_ns: int) -> list[Message]:
        """The messages that are complete with these bytes, in order, each a microsecond later.

        Raises:
            NotMqtt: the peer's first packet is no CONNACK.
            Malformed: the peer broke the protocol later on.
        """
        if self._rest:
            self._rest += data
            if len(self._rest) < self._need:
                return []
            data = bytes(self._rest)
            self._rest.clear()
        if not self._connected and data and data[0] != MQTTCommands.CONNACK:
            raise NotMqtt(data)
        messages: list[Message] = []
        try:
            position = self._packets(data, now_ns, messages)
        except (IndexError, struct.error, ValueError) as error:
            if not self._connected:
                raise NotMqtt(data) from error
            raise Malformed(str(error)) from error
        if position < len(data):
            self._rest += data[position:]
        return messages

    def _packets(self, data: bytes, now_ns: int, messages: list[Message]) -> int:
        """Take every complete packet; returns where the incomplete one starts."""
        position, end = 0, len(data)
        self._need = 2
        while end - position >= 2:
            start, length = position + 2, data[position + 1]
            if length >= 0x80:
                start, length = self._long_length(data, position + 1)
            stop = start + length
            if stop > end:
                self._need = stop - position
                break
            first = data[position]
            if first & 0xF0 == 0x30 and self._connected:
                body = start + 2 + (data[start] << 8 | data[start + 1])
                topic = self._topics.get(data[start + 2 : body]) or self._topic(data, start, body)
                wanted = True
                if first & 0x06:
                    wanted = self._acknowledge(first, data[body : body + 2])
                    body += 2
                if self.proto_ver == V5:
                    body = _past_properties(data, body)
                if body > stop:
                    raise Malformed("a message is longer than its packet")
                if wanted:
                    # Apart: rows without a time of their own must not be one moment.
                    at_ns = now_ns + _APART_NS * len(messages)
                    messages.append(Message(topic, data[body:stop], at_ns, bool(first & 1)))
            else:
                self._packet(first, data[start:stop])
            position = stop
        return position

    def _long_length(self, data: bytes, at: int) -> tuple[int, int]:
        """Start and length of a body whose length takes two to four bytes (2.2.3)."""
        length = shift = 0
        for byte in data[at : at + 4]:
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                if length > self._max_packet:
                    raise Malformed(f"a packet of {length} bytes")
                return at, length
        if shift == 28:
            raise Malformed("a length that never ends")
        return at, 1  # the length itself is not complete: wait for one byte more

    def _topic(self, data: bytes, start: int, body: int) -> str:
        name = data[start + 2 : body]
        if len(self._topics) >= MAX_TOPICS:
            self._topics.clear()
        # A topic that is no UTF-8 must not cost the connection: it would come again for ever.
        return self._topics.setdefault(name, name.decode("utf-8", "replace"))

    def _acknowledge(self, first: int, mid: bytes) -> bool:
        """Note the acknowledgement of a message; False for one that came before (QoS 2)."""
        if len(mid) < 2:
            raise Malformed("a message without its number")
        if first & 0x06 == 0x02:
            self.replies += b"\x40\x02" + mid
            return True
        self.replies += b"\x50\x02" + mid
        known = mid in self._unreleased
        self._unreleased.add(mid)
        return not known

    def _packet(self, first: int, body: bytes) -> None:
        kind = first & 0xF0
        if not self._connected:
            self._connack(first, body)
        elif kind == MQTTCommands.PUBACK:
            self._ended(body[:2], body[2] if len(body) > 2 else 0)
        elif kind == MQTTCommands.PUBREC:
            self._pubrec(body)
        elif kind == MQTTCommands.PUBREL:
            self._unreleased.discard(body[:2])
            self.replies += b"\x70\x02" + body[:2]
        elif kind == MQTTCommands.PUBCOMP:
            self._ended(body[:2], 0)
        elif kind == MQTTCommands.SUBACK:
            self._suback(body)
        elif kind == MQTTCommands.PINGRESP:
            self.events.append(Pong())
        elif kind == MQTTCommands.DISCONNECT and self.proto_ver == V5:
            found = _properties(body[1:]) if len(body) > 1 else {}
            self.events.append(Goodbye(body[0] if body else 0, str(found.get("reason_string", ""))))
        else:
            raise Malformed(f"packet type {kind >> 4}, which a broker never sends")

    def _connack(self, first: int, body: bytes) -> None:
        if first != MQTTCommands.CONNACK or len(body) < 2 or body[0] > 1:
            raise ValueError("no CONNACK")
        code = body[1]
        # A broker that knows 3.1.1 only answers a 5.0 CONNECT in its own form, without properties.
        found = _properties(body[2:]) if len(body) > 2 else {}
        self._connected = True
        if 2 <= int(found.get("receive_maximum", 65535)) <= 65535:
            self.id_generator = IdGenerator(max=int(found.get("receive_maximum", 65535)))
        self.events.append(Connack(code, bool(body[0]), found))

    def _ended(self, mid: bytes, code: int) -> None:
        number = int.from_bytes(mid)
        self.id_generator.free_id(number)
        self.events.append(Acked(number, code))

    def _pubrec(self, body: bytes) -> None:
        code = body[2] if len(body) > 2 else 0
        if code >= 0x80:
            self._ended(body[:2], code)
        else:
            self.replies += b"\x62\x02" + body[:2]

    def _suback(self, body: bytes) -> None:
        codes = 2 if self.proto_ver == V311 else _past_properties(body, 2)
        mid = int.from_bytes(body[:2])
        self.id_generator.free_id(mid)
        self.events.append(Suback(mid, body[codes:]))

    def connect(
        self, client: str, login: tuple[str, str], *, keepalive_s: int, session_s: int
    ) -> bytes:
        """CONNECT; ``login`` is user and password, an empty user for none."""
        user, password = login
        asked: dict[str, int] = {}
        if self.proto_ver == V5:
            asked = {"session_expiry_interval": session_s, "maximum_packet_size": self._max_packet}
        return bytes(
            package.LoginPackageFactor.build_package(
                client.encode(),
                user.encode() if user else None,
                password.encode() if user and password else None,
                session_s == 0,
                keepalive_s,
                self,
                **asked,
            )
        )

    def subscribe(self, topic_filter: str, qos: int) -> tuple[int, bytes]:
        """SUBSCRIBE to one filter, and its number."""
        # 5.0: retained messages come with a new subscription only, not with each reconnect.
        options = {"retain_handling_options": 1} if self.proto_ver == V5 else {}
        wanted = Subscription(topic_filter, qos=qos, **options)
        mid, data = package.SubscribePacket.build_package([wanted], self)
        return int(mid), bytes(data)

    def publish(self, topic: str, payload: bytes, qos: int) -> tuple[int, bytes]:
        """PUBLISH, never retained, and its number (0 for QoS 0).

        Raises:
            OverflowError: the broker takes no more messages before it has acknowledged some.
        """
        mid, data = package.PublishPacket.build_package(Outgoing(topic, payload, qos=qos), self)
        return int(mid or 0), bytes(data)

    @staticmethod
    def ping() -> bytes:
        """PINGREQ."""
        return bytes(package.SimpleCommandPacket.build_package(MQTTCommands.PINGREQ))

    def disconnect(self) -> bytes:
        """DISCONNECT on purpose."""
        return bytes(package.DisconnectPacket.build_package(self))


def _past_properties(data: bytes, at: int) -> int:
    """Where the properties that start here end; their length takes one to four bytes."""
    length = data[at]
    if length < 0x80:
        return at + 1 + length
    length = shift = 0
    for byte in data[at : at + 4]:
        at += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return at + length
    raise Malformed("properties whose length never ends")


def _properties(data: bytes) -> dict[str, Any]:
    """The properties that start here (5.0, 2.2.2); of a repeated one the last counts."""
    end = _past_properties(data, 0)
    if end > len(data):
        raise ValueError("properties longer than their packet")
    first = next(i for i, byte in enumerate(data) if byte < 0x80) + 1
    rest, found = data[first:end], dict[str, Any]()
    while rest:
        kind = Property.factory(id_=rest[0])
        if kind is None:
            raise ValueError(f"property {rest[0]}")
        value, rest = kind.loads(rest[1:])
        found.update(value)
    return found
