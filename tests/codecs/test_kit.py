"""What every stream codec must stand: any split, truncation, garbage around it, flipped bits.

A codec joins by one ``Case``: bytes that were made by our encoder or stand in a standard, and the
events that they mean.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.codecs import modbus_pdu as pdu
from app.codecs.capture import (
    CaptureFault,
    CaptureHeader,
    CaptureReader,
    CaptureRecord,
    encode_header,
    encode_record,
)
from app.codecs.modbus_crc import with_crc
from app.codecs.modbus_events import Answered, Discarded, Identity, Refused
from app.codecs.modbus_rtu import RtuClient
from app.codecs.modbus_tcp import TcpClient
from app.core.profiles import RegisterTable

HOLDING, COIL = RegisterTable.HOLDING, RegisterTable.COIL


@dataclass(frozen=True)
class Case:
    """``make`` gives a codec that waits for ``data``; ``means`` are the events in order.

    ``resyncs`` is False for a file format, where garbage ends the reading.
    """

    name: str
    make: Callable
    data: bytes
    means: tuple
    resyncs: bool = True


def _rtu(request, body: bytes, means, name: str) -> Case:
    def make() -> RtuClient:
        client = RtuClient()
        client.send(request)
        return client

    return Case(f"rtu {name}", make, with_crc(body), (means,))


def _tcp(request, body: bytes, means, name: str) -> Case:
    def make() -> TcpClient:
        client = TcpClient(0x0107)
        client.send(request)
        return client

    head = b"\x01\x08\x00\x00" + len(body).to_bytes(2, "big")
    return Case(f"tcp {name}", make, head + body, (means,))


def _identity(request) -> Answered:
    return Answered(request, (), Identity({0: "ACME", 1: "LC-100"}, more=True, next_id=2))


READ = pdu.read(1, HOLDING, 500, 3)
BITS = pdu.read(2, COIL, 8, 10)
WRITE = pdu.write_registers(3, 20, [1, 2])
COIL_ON = pdu.write_coils(3, 7, [True])
BOTH = pdu.read_write_registers(4, 0, 2, 9, [5])
IDENTITY = pdu.read_identity(5)
ANSWERS = (
    (READ, "01 03 06 00 01 80 00 ff ff", Answered(READ, (1, 0x8000, 0xFFFF)), "registers"),
    (BITS, "02 01 02 05 02", Answered(BITS, (1, 0, 1, 0, 0, 0, 0, 0, 0, 1)), "bits"),
    (WRITE, "03 10 00 14 00 02", Answered(WRITE), "write"),
    (COIL_ON, "03 05 00 07 ff 00", Answered(COIL_ON), "coil"),
    (BOTH, "04 17 04 00 07 00 08", Answered(BOTH, (7, 8)), "read-write"),
    (READ, "01 83 02", Refused(READ, 2), "refusal"),
    (
        IDENTITY,
        "05 2b 0e 01 81 ff 02 02 00 04 41 43 4d 45 01 06 4c 43 2d 31 30 30",
        _identity(IDENTITY),
        "identity",
    ),
)
HEADER = CaptureHeader("modbus+tcp://10.0.0.1:502", 1_700_000_000_000_000_000)
RECORDS = (
    CaptureRecord(1, sent=True, data=b"\x01\x02"),
    CaptureRecord(-5, sent=False, data=b"", note="district/Beleuchtung/灯"),
    CaptureRecord(2**62, sent=False, data=bytes(range(256)), note="x"),
)
MODBUS = [
    build(request, bytes.fromhex(body), means, name)
    for request, body, means, name in ANSWERS
    for build in (_rtu, _tcp)
]
CASES = [
    *MODBUS,
    Case(
        "capture",
        CaptureReader,
        encode_header(HEADER) + b"".join(encode_record(record) for record in RECORDS),
        (HEADER, *RECORDS),
        resyncs=False,
    ),
]


def feed(codec, pieces) -> list:
    """All events of the pieces but for those that report dropped bytes."""
    found = []
    for piece in pieces:
        codec.receive_data(piece)
        while (event := codec.next_event()) is not None:
            found.append(event)
    return [event for event in found if not isinstance(event, Discarded)]


def cut(data: bytes, places) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
modbus_case = pytest.mark.parametrize("case", MODBUS, ids=lambda case: case.name)
rtu_case = pytest.mark.parametrize(
    "case", [case for case in MODBUS if case.name.startswith("rtu")], ids=lambda case: case.name
)


@every_case
def test_whole_and_byte_by_byte(case: Case) -> None:
    assert feed(case.make(), [case.data]) == list(case.means)
    assert feed(case.make(), [bytes((byte,)) for byte in case.data]) == list(case.means)


@every_case
def test_any_split(case: Case) -> None:
    dice = random.Random(20)
    for _ in range(200):
        places = [dice.randrange(len(case.data)) for _ in range(dice.randrange(1, 8))]
        assert feed(case.make(), cut(case.data, places)) == list(case.means)


@every_case
def test_truncated_says_nothing_it_does_not_know(case: Case) -> None:
    for end in range(len(case.data)):
        found = feed(case.make(), [case.data[:end]])
        assert found == list(case.means)[: len(found)]
        assert len(found) < len(case.means)


@pytest.mark.parametrize("case", [c for c in CASES if c.resyncs], ids=lambda case: case.name)
@settings(max_examples=60, deadline=None)
@given(before=st.binary(max_size=40), after=st.binary(max_size=40), split=st.integers(0, 300))
def test_garbage_before_and_after(case: Case, before: bytes, after: bytes, split: int) -> None:
    codec = case.make()
    data = before + case.data + after
    found = feed(codec, cut(data, [split]))
    # Garbage that reads as the beginning of a frame holds the answer back, until more comes.
    found += feed(codec, [bytes(600)]) if not found else []
    assert found == list(case.means)


@rtu_case
def test_a_flipped_bit_is_never_believed(case: Case) -> None:
    for bit in range(len(case.data) * 8):
        flipped = bytearray(case.data)
        flipped[bit // 8] ^= 1 << bit % 8
        assert feed(case.make(), [bytes(flipped)]) == [], bit


@modbus_case
def test_mutated_frames_raise_nothing_and_name_only_the_request_under_way(case: Case) -> None:
    dice = random.Random(case.name)
    (means,) = case.means
    for _ in range(1500):
        data = bytearray(case.data)
        for _ in range(dice.randrange(1, 6)):
            place = dice.randrange(len(data))
            kind = dice.randrange(3)
            if kind == 0:
                data[place] = dice.randrange(256)
            elif kind == 1:
                data.insert(place, dice.randrange(256))
            elif len(data) > 1:
                del data[place]
        for event in feed(case.make(), [bytes(data)]):
            assert event.request == means.request


@modbus_case
def test_random_bytes_raise_nothing_and_are_not_kept_for_ever(case: Case) -> None:
    dice = random.Random(7)
    codec = case.make()
    for _ in range(300):
        feed(codec, [dice.randbytes(dice.randrange(1, 300))])
        assert len(codec._buffer) <= 600


@settings(max_examples=200, deadline=None)
@given(
    time_ns=st.integers(-(2**63), 2**63 - 1),
    sent=st.booleans(),
    data=st.binary(max_size=2000),
    note=st.text(max_size=50).filter(lambda text: text.isprintable()),
)
def test_capture_record_comes_back(time_ns: int, sent: bool, data: bytes, note: str) -> None:
    record = CaptureRecord(time_ns, sent, data, note)
    reader = CaptureReader()
    assert feed(reader, [encode_header(HEADER), encode_record(record)]) == [HEADER, record]
    assert reader.finish() is None


@pytest.mark.parametrize("place", range(0, len(CASES[-1].data), 7))
def test_damaged_capture_is_read_up_to_the_damage(place: int) -> None:
    data = bytearray(CASES[-1].data)
    data[place] ^= 0x10
    reader = CaptureReader()
    found = feed(reader, [bytes(data)])
    fault = reader.finish() or found.pop()
    assert isinstance(fault, CaptureFault)
    assert found == list(CASES[-1].means)[: len(found)]
    assert fault.place <= place
