"""Modbus on the wire: known frames, refusals, and that no answer is credited to the wrong one."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codecs import modbus_pdu as pdu
from app.codecs.modbus_crc import crc16, with_crc
from app.codecs.modbus_events import Answered, Discarded, Refused, Why
from app.codecs.modbus_passive import PassiveDecoder
from app.codecs.modbus_requests import parse_pdu, parse_rtu, parse_tcp
from app.codecs.modbus_rtu import RtuClient
from app.codecs.modbus_tcp import TcpClient
from app.core.errors import LocalProtocolError, RemoteProtocolError
from app.core.links import RegistersRead
from app.core.profiles import RegisterTable

HOLDING = RegisterTable.HOLDING


def answer(unit: int, *registers: int, function: int = 3) -> bytes:
    data = b"".join(value.to_bytes(2, "big") for value in registers)
    return with_crc(bytes((unit, function, len(data))) + data)


def events(client, data: bytes = b"") -> list:
    client.receive_data(data)
    return list(iter(client.next_event, None))


def test_known_frames() -> None:
    """The weather station's query and a sensor's address query, as their makers print them."""
    assert RtuClient().send(pdu.read(1, HOLDING, 0x1F4, 16)).hex(" ") == "01 03 01 f4 00 10 04 08"
    assert RtuClient().send(pdu.read(255, HOLDING, 2000, 1)).hex(" ") == "ff 03 07 d0 00 01 91 59"
    assert crc16(b"123456789") == 0x4B37  # the check value of CRC-16/MODBUS


def test_tcp_frame() -> None:
    frame = TcpClient(0x1233).send(pdu.read(17, HOLDING, 0x6B, 3))
    assert frame.hex(" ") == "12 34 00 00 00 06 11 03 00 6b 00 03"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: pdu.read(1, HOLDING, 0, 126),
        lambda: pdu.read(1, HOLDING, 65535, 2),
        lambda: pdu.read(1, RegisterTable.COIL, 0, 2001),
        lambda: pdu.read(256, HOLDING, 0, 1),
        lambda: pdu.read(1, HOLDING, -1, 1),
        lambda: pdu.write_registers(1, 0, []),
        lambda: pdu.write_registers(1, 0, [65536]),
        lambda: pdu.write_registers(1, 0, [0] * 124),
        lambda: pdu.read_write_registers(1, 0, 1, 0, [0] * 122),
        lambda: RtuClient().send(pdu.read(0, HOLDING, 0, 1)),
    ],
)
def test_what_the_protocol_cannot_carry_is_our_own_fault(wrong) -> None:
    with pytest.raises(LocalProtocolError):
        wrong()


def test_an_answer_of_another_unit_is_dropped() -> None:
    client = RtuClient()
    client.send(pdu.read(2, HOLDING, 0, 1))
    (dropped,) = events(client, answer(3, 7))
    assert (dropped.why, dropped.unit) == (Why.WRONG_UNIT, 3)
    (right,) = events(client, answer(2, 8))
    assert right.values == (8,)


def test_an_answer_of_another_length_or_function_is_dropped() -> None:
    client = RtuClient()
    client.send(pdu.read(2, HOLDING, 0, 1))
    found = events(client, answer(2, 7, 8) + answer(2, 9, function=4) + answer(2, 1))
    assert [getattr(event, "why", None) for event in found] == [
        Why.WRONG_ANSWER,
        Why.WRONG_ANSWER,
        None,
    ]


def test_a_write_is_confirmed_only_by_its_own_echo() -> None:
    client = RtuClient()
    request = pdu.write_registers(2, 10, [500])
    client.send(request)
    (dropped,) = events(client, with_crc(bytes((2, 6, 0, 10)) + (501).to_bytes(2, "big")))
    assert dropped.why is Why.WRONG_ANSWER
    assert events(client, with_crc(bytes((2,)) + request.pdu)) == [Answered(request)]


def test_a_damaged_answer_ends_the_wait_and_leaves_no_debt() -> None:
    client = RtuClient()
    request = pdu.read(2, HOLDING, 0, 2)
    client.send(request)
    damaged = bytearray(answer(2, 7, 8))
    damaged[4] ^= 1
    (dropped,) = events(client, bytes(damaged))
    assert dropped.why is Why.DAMAGED
    assert not client.give_up()
    client.send(request)
    assert events(client, answer(2, 7, 8)) == [Answered(request, (7, 8))]


class TestLateAnswers:
    """A serial line has no transaction ids: what is still owed decides what may be asked."""

    def test_while_idle(self) -> None:
        client = RtuClient()
        client.send(pdu.read(2, HOLDING, 0, 1))
        assert client.give_up()
        (dropped,) = events(client, answer(2, 7))
        assert dropped.why is Why.LATE

    def test_of_the_same_length_cannot_be_asked_for(self) -> None:
        client = RtuClient()
        client.send(pdu.read(2, HOLDING, 0, 1))
        client.give_up()
        other = pdu.read(2, HOLDING, 50, 1)
        assert client.confusable(other)
        with pytest.raises(LocalProtocolError):
            client.send(other)
        client.forget(2)
        client.send(other)

    def test_a_barrier_of_another_length_is_found_until_all_are_owed(self) -> None:
        client = RtuClient()
        wanted = pdu.read(2, HOLDING, 0, 1)
        client.send(wanted)
        client.give_up()
        counts = []
        while (barrier := client.barrier(wanted)) is not None:
            counts.append(barrier.count)
            client.send(barrier)
            client.give_up()
        assert counts == list(range(2, 10))

    def test_a_write_is_settled_by_a_read(self) -> None:
        client = RtuClient()
        wanted = pdu.write_registers(2, 7, [1])
        client.send(wanted)
        client.give_up()
        assert client.confusable(wanted)
        assert client.barrier(wanted) == pdu.read(2, HOLDING, 7, 1)

    def test_a_refused_barrier_settles_too(self) -> None:
        client = RtuClient()
        wanted = pdu.read(2, HOLDING, 99, 1)
        client.send(wanted)
        client.give_up()
        client.send(client.barrier(wanted))
        (late,) = events(client, with_crc(b"\x02\x83\x02"))
        assert late.why is Why.LATE
        assert client.give_up()
        assert not client.confusable(wanted)

    def test_a_barrier_proves_that_nothing_is_owed(self) -> None:
        client = RtuClient()
        client.send(pdu.read(2, HOLDING, 0, 4))
        client.give_up()
        wanted = pdu.read(2, HOLDING, 50, 4)
        barrier = client.barrier(wanted)
        assert barrier is not None
        client.send(barrier)
        late, proof = events(client, answer(2, 1, 2, 3, 4) + answer(2, 9))
        assert (late.why, proof.request) == (Why.LATE, barrier)
        client.send(wanted)
        assert events(client, answer(2, 5, 6, 7, 8)) == [Answered(wanted, (5, 6, 7, 8))]

    def test_a_lost_answer_is_settled_by_the_barrier_too(self) -> None:
        client = RtuClient()
        wanted = pdu.read(2, HOLDING, 0, 4)
        client.send(wanted)
        client.give_up()
        client.send(client.barrier(wanted))
        events(client, answer(2, 1))
        assert not client.confusable(wanted)

    def test_between_two_units(self) -> None:
        client = RtuClient()
        client.send(pdu.read(2, HOLDING, 0, 1))
        client.give_up()
        client.send(pdu.read(3, HOLDING, 0, 1))
        late, right = events(client, answer(2, 7) + answer(3, 8))
        assert (late.why, right.values) == (Why.LATE, (8,))

    def test_in_pieces_around_the_next_request(self) -> None:
        client = RtuClient()
        client.send(pdu.read(2, HOLDING, 0, 1))
        client.give_up()
        late = answer(2, 7)
        assert events(client, late[:3]) == []
        client.send(pdu.read(3, HOLDING, 0, 1))
        found = events(client, late[3:] + answer(3, 8))
        assert [getattr(event, "why", None) for event in found] == [Why.LATE, None]

    def test_a_late_refusal_is_not_taken_for_ours(self) -> None:
        client = RtuClient()
        client.send(pdu.read(2, HOLDING, 0, 4))
        client.give_up()
        client.send(pdu.read(2, HOLDING, 0, 1))
        (late,) = events(client, with_crc(b"\x02\x83\x02"))
        assert late.why is Why.LATE

    def test_over_tcp_the_transaction_tells(self) -> None:
        client = TcpClient()
        client.send(pdu.read(2, HOLDING, 0, 1))
        client.give_up()
        second = pdu.read(2, HOLDING, 50, 1)
        client.send(second)
        body = b"\x00\x00\x00\x05\x02\x03\x02\x00"
        late, right = events(client, b"\x00\x01" + body + b"\x07" + b"\x00\x02" + body + b"\x08")
        assert late.why is Why.LATE
        assert right == Answered(second, (8,))


@pytest.mark.parametrize(
    ("field", "why"),
    [(1, Why.LATE), (6, Why.WRONG_UNIT), (7, Why.WRONG_ANSWER), (8, Why.WRONG_ANSWER)],
)
def test_over_tcp_every_field_must_be_right(field: int, why: Why) -> None:
    client = TcpClient()
    client.send(pdu.read(2, HOLDING, 0, 1))
    right = bytes.fromhex("0001 0000 0005 02 03 02 0009")
    wrong = bytearray(right)
    wrong[field] += 1
    dropped, taken = events(client, bytes(wrong) + right)
    assert dropped.why is why
    assert taken.values == (9,)


def test_a_broadcast_waits_for_nobody() -> None:
    client = RtuClient()
    client.send(pdu.write_coils(0, 1, [True]))
    assert not client.give_up()


REQUESTS = st.one_of(
    st.builds(
        pdu.read,
        st.integers(0, 255),
        st.sampled_from(list(RegisterTable)),
        st.integers(0, 60000),
        st.integers(1, 125),
    ),
    st.builds(
        pdu.write_registers,
        st.integers(0, 255),
        st.integers(0, 60000),
        st.lists(st.integers(0, 65535), min_size=1, max_size=123),
        many=st.booleans(),
    ),
    st.builds(
        pdu.write_coils,
        st.integers(0, 255),
        st.integers(0, 60000),
        st.lists(st.booleans(), min_size=1, max_size=300),
        many=st.booleans(),
    ),
    st.builds(
        pdu.read_write_registers,
        st.integers(0, 255),
        st.integers(0, 60000),
        st.integers(1, 125),
        st.integers(0, 60000),
        st.lists(st.integers(0, 65535), min_size=1, max_size=121),
    ),
    st.builds(pdu.read_identity, st.integers(0, 255), st.integers(1, 4), st.integers(0, 255)),
)


@given(request=REQUESTS, transaction=st.integers(0, 0xFFFF))
def test_requests_come_back(request: pdu.Request, transaction: int) -> None:
    rtu = with_crc(bytes((request.unit,)) + request.pdu)
    assert parse_rtu(rtu) == request
    tcp = TcpClient(transaction - 1).send(request)
    assert parse_tcp(tcp) == (transaction, request)


@given(st.integers(0, 255), st.binary(max_size=60))
def test_any_bytes_are_a_request_or_a_typed_error(unit: int, data: bytes) -> None:
    with contextlib.suppress(RemoteProtocolError):
        assert parse_pdu(unit, data).pdu == data


@pytest.mark.parametrize("tcp", [False, True])
def test_overheard_conversation(tcp: bool) -> None:
    client = TcpClient() if tcp else RtuClient()
    decoder = PassiveDecoder(tcp=tcp)

    def heard(request: pdu.Request, body: bytes) -> list[RegistersRead]:
        frame = client.send(request)
        client.give_up()
        client.forget(request.unit)
        assert decoder.sent(frame) == request
        head = frame[:4] + (len(body) + 1).to_bytes(2, "big") + frame[6:7]
        data = head + body if tcp else with_crc(frame[:1] + body)
        reads = decoder.received(data[:4], 5)
        return reads + decoder.received(data[4:], 6)

    one = RegistersRead(unit=1, table=HOLDING, address=7, values=(258, 772), received_ns=6)
    assert heard(pdu.read(1, HOLDING, 7, 2), b"\x03\x04\x01\x02\x03\x04") == [one]
    assert heard(pdu.read(1, HOLDING, 7, 2), b"\x83\x02") == []
    assert heard(pdu.write_registers(1, 7, [1]), b"\x06\x00\x07\x00\x01") == []
    assert decoder.refused == {2: 1}
    decoder.sent(b"no request")
    assert decoder.dropped[Why.GARBAGE] == 1


def test_refusals_keep_their_code() -> None:
    client = RtuClient()
    request = pdu.read(2, HOLDING, 0, 1)
    client.send(request)
    assert events(client, with_crc(b"\x02\x83\x0b")) == [Refused(request, 11)]


def test_discarded_bytes_say_why() -> None:
    assert str(Discarded(b"", Why.WRONG_UNIT, 3)) == "an answer from another unit (3)"
