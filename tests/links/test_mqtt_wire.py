"""The MQTT reader: whole, in pieces, and broken; by the packet layout of the standard."""

import contextlib
import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.links import Message
from app.links.mqtt_wire import V5, V311, Acked, Goodbye, Malformed, NotMqtt, Pong, Suback, Wire

BIG = 1 << 24


def packet(first, body):
    """One packet with its remaining length (5.0, 2.2.3)."""
    length, rest = b"", len(body)
    while True:
        rest, digit = divmod(rest, 128)
        length += bytes([digit | (0x80 if rest else 0)])
        if not rest:
            return bytes([first]) + length + body


def publish(topic, payload, *, qos=0, mid=1, version=V5, retain=0, properties=b""):
    name = topic.encode()
    body = struct.pack("!H", len(name)) + name
    body += struct.pack("!H", mid) if qos else b""
    if version == V5:
        body += packet(0, properties)[1:]
    return packet(0x30 | qos << 1 | retain, body + payload)


def connected(version):
    wire = Wire(version, BIG)
    wire.feed(b"\x20\x03\x00\x00\x00" if version == V5 else b"\x20\x02\x00\x00", 0)
    wire.events.clear()
    return wire


STREAM = st.lists(
    st.builds(
        publish,
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
        st.binary(max_size=300),
        qos=st.integers(0, 1),
        retain=st.integers(0, 1),
        properties=st.sampled_from([b"", b"\x01\x01", b"\x03\x00\x01x" * 50]),
    ),
    max_size=10,
)


@given(stream=STREAM, cuts=st.lists(st.integers(0, 3000), max_size=8))
def test_a_stream_in_pieces_gives_what_it_gives_whole(stream, cuts):
    data = b"".join(stream)
    whole, pieces = connected(V5), connected(V5)
    expected = whole.feed(data, 7)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    found = []
    for start, stop in itertools.pairwise(edges):
        found += pieces.feed(data[start:stop], 7)
    # When a piece came is its own matter; what came is not.
    assert [one._replace(received_ns=7) for one in found] == [
        one._replace(received_ns=7) for one in expected
    ]
    assert [one.received_ns for one in expected] == [7 + 1000 * n for n in range(len(stream))]
    assert pieces.replies == whole.replies


@pytest.mark.parametrize("version", [V5, V311])
def test_a_stream_byte_by_byte(version):
    wire = connected(version)
    data = publish("a/b", b"x" * 200, qos=1, mid=9, version=version)
    found = [message for byte in data for message in wire.feed(bytes([byte]), 5)]
    assert found == [Message("a/b", b"x" * 200, 5)]
    assert wire.replies == b"\x40\x02\x00\x09"


def test_a_message_of_qos_2_counts_once_until_it_is_released():
    wire = connected(V5)
    message = publish("a", b"1", qos=2, mid=3)
    assert len(wire.feed(message, 0)) == 1
    assert wire.feed(message, 0) == []
    wire.feed(b"\x62\x02\x00\x03", 0)
    assert wire.replies == b"\x50\x02\x00\x03" * 2 + b"\x70\x02\x00\x03"
    assert len(wire.feed(message, 0)) == 1


def test_the_answers_of_a_broker_become_events():
    wire = connected(V5)
    wire.feed(b"\xd0\x00\x40\x02\x00\x05\x40\x04\x00\x06\x87\x00\x90\x04\x00\x07\x00\x87", 0)
    wire.feed(packet(0xE0, b"\x8b" + packet(0, b"\x1f\x00\x03bye")[1:]), 0)
    assert wire.events == [
        Pong(),
        Acked(5, 0),
        Acked(6, 0x87),
        Suback(7, b"\x87"),
        Goodbye(0x8B, "bye"),
    ]


def test_a_topic_that_is_no_utf8_does_not_cost_the_connection():
    wire = connected(V311)
    assert wire.feed(packet(0x30, b"\x00\x02\xff\xfe1"), 0)[0].payload == b"1"


@given(st.binary(min_size=1, max_size=200), st.booleans())
def test_any_bytes_give_messages_or_one_of_two_errors(data, greeted):
    wire = connected(V5) if greeted else Wire(V5, BIG)
    with contextlib.suppress(NotMqtt, Malformed):
        wire.feed(data, 0)
        wire.feed(data, 0)


@given(stream=STREAM, at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_changed_byte_gives_messages_or_malformed(stream, at, byte):
    data = bytearray(b"".join(stream) or b"\xd0\x00")
    data[at % len(data)] = byte
    with contextlib.suppress(Malformed):
        connected(V5).feed(bytes(data), 0)


def test_a_packet_above_the_limit_is_refused_before_it_is_gathered():
    wire = Wire(V311, 1000)
    wire.feed(b"\x20\x02\x00\x00", 0)
    with pytest.raises(Malformed, match="2000"):
        wire.feed(packet(0x30, b"x" * 2000)[:10], 0)
