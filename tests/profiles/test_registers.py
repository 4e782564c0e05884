"""Raw values in registers, against vectors worked out by hand and a second decoder."""

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import UserFacing
from app.core.profiles import ModbusDefaults, Range
from app.core.quality import Quality
from app.core.rows import ValueKind, samples
from app.profiles.kinds import width
from app.profiles.planning import plan
from app.profiles.raw import decode, encode
from app.profiles.registers import RegisterMapper
from tests.profiles.making import address, point, profile

INT, FLOAT, BOOL, TEXT = ValueKind.INT, ValueKind.FLOAT, ValueKind.BOOL, ValueKind.TEXT

# 123.456 is 0x42F6E979 in IEEE 754 single precision: sign 0, exponent 133, fraction 0x76E979.
# 0x405EDD2F1A9FBE77 is the same number in double precision.
GOLDEN = [
    ("uint16", "ABCD", [0x1234], INT, 0x1234),
    ("uint16", "BADC", [0x1234], INT, 0x3412),
    ("uint16", "CDAB", [0x1234], INT, 0x1234),
    ("uint16", "DCBA", [0x1234], INT, 0x3412),
    ("int16", "ABCD", [0xFFFE], INT, -2),
    ("uint32", "ABCD", [0x1234, 0x5678], INT, 0x12345678),
    ("uint32", "CDAB", [0x5678, 0x1234], INT, 0x12345678),
    ("uint32", "BADC", [0x3412, 0x7856], INT, 0x12345678),
    ("uint32", "DCBA", [0x7856, 0x3412], INT, 0x12345678),
    ("int32", "ABCD", [0xFFFF, 0xFFFE], INT, -2),
    ("int32", "CDAB", [0xFFFE, 0xFFFF], INT, -2),
    ("int64", "ABCD", [0x8000, 0, 0, 1], INT, -(2**63) + 1),
    ("int64", "CDAB", [1, 0, 0, 0x8000], INT, -(2**63) + 1),
    ("uint64", "ABCD", [0x0020, 0, 0, 1], INT, 2**53 + 1),
    ("uint64", "DCBA", [0x0100, 0, 0, 0x2000], INT, 2**53 + 1),
    ("float32", "ABCD", [0x42F6, 0xE979], FLOAT, 123.45600128173828),
    ("float32", "CDAB", [0xE979, 0x42F6], FLOAT, 123.45600128173828),
    ("float32", "BADC", [0xF642, 0x79E9], FLOAT, 123.45600128173828),
    ("float32", "DCBA", [0x79E9, 0xF642], FLOAT, 123.45600128173828),
    ("float64", "ABCD", [0x405E, 0xDD2F, 0x1A9F, 0xBE77], FLOAT, 123.456),
    ("float64", "CDAB", [0xBE77, 0x1A9F, 0xDD2F, 0x405E], FLOAT, 123.456),
    ("float64", "BADC", [0x5E40, 0x2FDD, 0x9F1A, 0x77BE], FLOAT, 123.456),
    ("float64", "DCBA", [0x77BE, 0x9F1A, 0x2FDD, 0x5E40], FLOAT, 123.456),
    ("bcd16", "ABCD", [0x1234], INT, 1234),
    ("bcd32", "ABCD", [0x1234, 0x5678], INT, 12345678),
    ("bcd32", "CDAB", [0x5678, 0x1234], INT, 12345678),
    ("bool", "ABCD", [0xFF00], BOOL, True),
    ("bool", "ABCD", [0], BOOL, False),
    ("string", "ABCD", [0x4142, 0x4300], TEXT, "ABC"),
    ("string", "BADC", [0x4241, 0x0043], TEXT, "ABC"),
    ("string", "ABCD", [0xE6B5, 0x8B00], TEXT, "测"),
    ("string", "ABCD", [0x41E6, 0xB58B, 0xE8AF], TEXT, "A测"),
    ("string", "ABCD", [0x4100, 0x4242], TEXT, "A"),
]


@pytest.mark.parametrize(("raw_type", "order", "registers", "kind", "value"), GOLDEN)
def test_golden_vectors(raw_type, order, registers, kind, value):
    where = address(raw_type, order=order, length=len(registers) if raw_type == "string" else 1)
    assert decode(point(where=where, kind=kind), registers) == (value, Quality.GOOD)


@pytest.mark.parametrize(
    ("made", "registers", "value", "quality"),
    [
        (point(where=address(scale=0.1)), [1982], 198.2, Quality.GOOD),
        (point(where=address(scale=0.1), range=Range(low=0, high=198.2)), [1982], 198.2, 0),
        (point(where=address(scale=0.1), range=Range(low=198, high=235.4)), [2355], None, 0x81),
        (point(where=address(scale=1, offset=-60)), [85], 25, 0),
        (point(where=address("int32", scale=1e-7)), [0x1234, 0x5678], 30.5419896, 0),
        (point(where=address("int16"), missing=(32767, -9999)), [0x7FFF], None, 0x82),
        (point(where=address("int16"), missing=(32767, -9999)), [0xD8F1], None, 0x82),
        (point(where=address("bcd16")), [0x12A4], None, 0x83),
        (point(where=address("bcd16"), missing=(0xFFFF,)), [0xFFFF], None, 0x82),
        (point(where=address("float32")), [0x7FC0, 0], None, 0x81),
        (point(where=address("float32")), [0x7F80, 0], None, 0x81),
        (point(where=address("float32")), [0xFF80, 0], None, 0x81),
        (point(where=address("uint64"), kind=INT), [0x8000, 0, 0, 0], None, 0x81),
        (point(where=address(), kind=INT, labels={0: "off", 2: "on"}), [1], None, 0x81),
        (point(where=address(), kind=INT, labels={0: "off", 2: "on"}), [2], 2, 0),
        (point(where=address(bit=4, bits=3), kind=INT), [0x0050], 5, 0),
        (point(where=address("uint32", bit=31), kind=BOOL), [0x8000, 0], True, 0),
        (point(where=address("string", length=2), kind=TEXT), [0xFFFF, 0xFFFF], None, 0x82),
        (point(where=address("string", length=2), kind=TEXT), [0xC3C3, 0], None, 0x83),
        (point(where=address("string", length=2), kind=TEXT), [0, 0], "", 0),
    ],
)
def test_scale_missing_labels_and_range(made, registers, value, quality):
    found, judged = decode(made, registers)
    assert judged == quality
    assert found == value


NUMBERS = ["uint16", "int16", "uint32", "int32", "uint64", "int64", "bcd16", "bcd32"]
orders = st.sampled_from(["ABCD", "CDAB", "BADC", "DCBA"])


def _by_hand(raw_type, order, registers):
    """A second decoder, by digits: bytes A to D from their places, then int.from_bytes."""
    data = b"".join(register.to_bytes(2, "big") for register in registers)
    if order in ("BADC", "DCBA"):
        data = b"".join(register.to_bytes(2, "little") for register in registers)
    if order in ("CDAB", "DCBA"):
        pairs = [data[at : at + 2] for at in range(0, len(data), 2)]
        data = b"".join(reversed(pairs))
    if raw_type.startswith("float"):
        return struct.unpack({4: ">f", 8: ">d"}[len(data)], data)[0]
    return int.from_bytes(data, "big", signed=raw_type.startswith("int"))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*NUMBERS[:6], "float32", "float64"]), orders, st.data())
def test_decoding_agrees_with_a_second_decoder(raw_type, order, data):
    where = address(raw_type, order=order)
    count = width(where)
    registers = data.draw(st.lists(st.integers(0, 65535), min_size=count, max_size=count))
    kind = FLOAT if raw_type.startswith("float") else INT
    value, quality = decode(point(where=where, kind=kind), registers)
    wanted = _by_hand(raw_type, order, registers)
    if quality:
        assert value is None
        assert not math.isfinite(wanted) or not -(2**63) <= wanted < 2**63
    else:
        assert value == wanted


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NUMBERS), orders, st.data())
def test_whole_numbers_come_back_exactly(raw_type, order, data):
    least, most = {
        "uint16": (0, 2**16 - 1),
        "int16": (-(2**15), 2**15 - 1),
        "uint32": (0, 2**32 - 1),
        "int32": (-(2**31), 2**31 - 1),
        "uint64": (0, 2**63 - 1),
        "int64": (-(2**63), 2**63 - 1),
        "bcd16": (0, 9999),
        "bcd32": (0, 99999999),
    }[raw_type]
    value = data.draw(st.integers(least, most))
    made = point(where=address(raw_type, order=order), kind=INT)
    assert decode(made, encode(made, value)) == (value, Quality.GOOD)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["uint16", "int32", "bcd32"]),
    orders,
    st.sampled_from([0.001, 0.01, 0.1, 0.5, 1.0, 2.0, 2.5]),
    st.sampled_from([0.0, -60.0, 0.5]),
    st.integers(0, 9999),
)
def test_scaled_numbers_come_back_within_half_a_step(raw_type, order, scale, offset, steps):
    made = point(where=address(raw_type, order=order, scale=scale, offset=offset))
    value = steps * scale + offset
    found, quality = decode(made, encode(made, value))
    assert quality == Quality.GOOD
    assert found == pytest.approx(value, abs=scale / 2)


@settings(max_examples=200, deadline=None)
@given(orders, st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_floats_come_back_exactly(order, value):
    made = point(where=address("float32", order=order))
    assert decode(made, encode(made, value)) == (value, Quality.GOOD)
    made = point(where=address("float64", order=order))
    assert decode(made, encode(made, value)) == (value, Quality.GOOD)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["ABCD", "BADC"]), st.text(st.characters(exclude_characters="\0"), max_size=20)
)
def test_texts_come_back(order, value):
    made = point(where=address("string", order=order, length=12), kind=TEXT)
    try:
        registers = encode(made, value)
    except UserFacing:
        assert len(value.encode("utf-8", "replace")) > 24
        return
    except UnicodeEncodeError:
        return
    assert decode(made, registers) == (value.rstrip(), Quality.GOOD)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_registers_can_crash_a_decoder(data):
    raw_type = data.draw(st.sampled_from([*NUMBERS, "float32", "float64", "bool", "string"]))
    kind = {"string": TEXT, "bool": BOOL}.get(raw_type, FLOAT)
    where = address(raw_type, order=data.draw(orders), length=3 if raw_type == "string" else 1)
    count = width(where)
    registers = data.draw(st.lists(st.integers(0, 65535), min_size=count, max_size=count))
    value, quality = decode(point(where=where, kind=kind), registers)
    assert (value is None) == bool(quality)


@pytest.mark.parametrize(
    ("made", "value", "word"),
    [
        (point(where=address(), range=Range(low=0, high=100)), 101, "between 0 and 100"),
        (point(where=address(), range=Range(low=0, high=100)), math.nan, "between"),
        (point(where=address()), 65536, "fit into uint16"),
        (point(where=address("int16")), -40000, "fit into int16"),
        (point(where=address("float32")), 1e300, "fit into float32"),
        (point(where=address(), kind=INT), 1.5, "whole"),
        (point(where=address(), kind=INT, labels={0: "off", 1: "on"}), 2, "on"),
        (point(where=address(), missing=(65535,)), 65535, "missing"),
        (point(where=address()), "5", "number"),
        (point(where=address(bit=2), kind=BOOL), True, "alone"),
        (point(where=address("bool", table="coil"), kind=BOOL), 2, "true and false"),
        (point(where=address("string", length=2), kind=TEXT), "abcde", "4 bytes"),
        (point(where=address("string", length=2), kind=TEXT), "a\0", "NUL"),
        (point(where=address("string", length=2), kind=TEXT), 5, "text"),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_reason(made, value, word):
    with pytest.raises(UserFacing, match=word):
        encode(made, value)


def test_a_coil_is_written_as_one_bit():
    made = point(where=address("bool", table="coil"), kind=BOOL)
    assert (encode(made, True), encode(made, False)) == ([1], [0])  # noqa: FBT003


def test_a_wrong_number_of_registers_is_our_own_fault():
    with pytest.raises(ValueError, match="2 registers"):
        decode(point(where=address("float32")), [1])
    with pytest.raises(ValueError, match="16-bit"):
        decode(point(where=address()), [70000])


def _mapped(points, table_values, **defaults):
    made = profile(*points, modbus=ModbusDefaults(**defaults))
    found = {}
    for group in plan(made, "SP-0001/lamp1"):
        values = {
            block: None
            if table_values is None
            else [
                table_values.get((block.table.value, at), 0)
                for at in range(block.address, block.address + block.count)
            ]
            for block in group.blocks
        }
        batch = RegisterMapper(made, group).map(values, 11, 22)
        assert len(batch) == 1
        for sample in samples(batch):
            assert (sample.source_ns, sample.received_ns) == (11, 22)
            assert not sample.quality or not sample.value or batch.texts  # NaN or 0 where bad
            found[sample.key.point] = (None if sample.quality else sample.value, sample.quality)
    return found


def test_a_whole_row_with_every_kind():
    points = [
        point("name", address("string", 20, length=2), TEXT),
        point("flag", address(at=4, bit=3), BOOL),
        point("level", address(at=4, bit=0, bits=3), INT),
        point("word", address(at=4)),
        point("power", address("float32", 0, "CDAB"), range=Range(low=0, high=200)),
        point("count", address("int64", 8), INT),
        point("digits", address("bcd32", 12)),
        point("coil", address("bool", 5, table="coil"), BOOL),
        point("hot", address("int16", 6, scale=0.1), range=Range(low=-40, high=80)),
    ]
    values = {
        ("input", 0): 0xE979,
        ("input", 1): 0x42F6,
        ("input", 4): 0x000D,
        ("input", 6): 900,
        ("input", 8): 0x8000,
        ("input", 11): 7,
        ("input", 12): 0x0012,
        ("input", 13): 0x3456,
        ("input", 20): 0x4F4B,
        ("coil", 5): 1,
    }
    good = {**values, ("input", 6): 555}
    wanted = {
        "name": ("OK", 0),
        "flag": (True, 0),
        "level": (5, 0),
        "word": (13.0, 0),
        "power": (123.45600128173828, 0),
        "count": (-(2**63) + 7, 0),
        "digits": (123456.0, 0),
        "coil": (True, 0),
        "hot": (55.5, 0),
    }
    assert _mapped(points, good) == wanted
    # One bad value takes the careful way; nothing else in the row may change by it.
    assert _mapped(points, values) == {**wanted, "hot": (None, Quality.BAD_RANGE)}


def test_a_block_that_was_not_read_is_bad_comms_and_the_others_stay():
    made = profile(point("a", address(at=0)), point("b", address(at=100)))
    (group,) = plan(made, "d")
    first, second = group.blocks
    mapper = RegisterMapper(made, group)
    for values in ({first: [7], second: None}, {first: [7]}, {first: [7], second: [1, 2]}):
        found = {s.key.point: (s.value, s.quality) for s in samples(mapper.map(values, 1, 2))}
        assert found == {"a": (7.0, 0), "b": (None, Quality.BAD_COMMS)}


@pytest.mark.parametrize(
    "made",
    [
        point("p", address(), missing=(5,), range=Range(low=0, high=100)),
        point("p", address(), missing=(5,)),
        point("p", address(), INT, missing=(5,)),
        point("p", address(), INT, labels={4: "a", 6: "b"}),
        point("p", address("bcd16"), range=Range(low=0, high=100), missing=(5,)),
        point("p", address(bit=0, bits=4), INT, missing=(5,)),
    ],
)
def test_a_bad_value_inside_the_bounds_is_found_in_a_good_row(made):
    other = point("other", address(at=1))
    found = _mapped([made, other], {("input", 0): 5, ("input", 1): 7})
    assert found["p"] == decode(made, [5])
    assert found["p"][1]
    assert found["other"] == (7.0, 0)


def test_bad_values_are_nan_or_zero_in_the_row():
    made = profile(point("a", address("float32")), point("b", address(at=2), INT, missing=(9,)))
    (group,) = plan(made, "d")
    batch = RegisterMapper(made, group).map({group.blocks[0]: [0x7FC0, 0, 9]}, 1, 2)
    _, _, a, b, quality = struct.unpack(batch.layout.format, batch.data)
    assert (math.isnan(a), b, quality) == (True, 0, bytes([Quality.BAD_RANGE, Quality.BAD_MISSING]))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_row_is_what_each_point_decodes_to(data):
    """The quick way over a whole group and the single-point decoder never differ."""
    types = st.sampled_from([*NUMBERS, "float32", "float64", "bool", "string"])
    points = []
    for at in range(data.draw(st.integers(1, 6))):
        raw_type = data.draw(types)
        kinds = {"string": [TEXT], "bool": [BOOL], "float32": [FLOAT], "float64": [FLOAT]}
        kind = data.draw(st.sampled_from(kinds.get(raw_type, [FLOAT, INT])))
        limits = Range(low=-50, high=data.draw(st.sampled_from([50.0, 40000.0, 1e12])))
        bit = data.draw(st.sampled_from([None, None, 0, 5])) if raw_type == "uint16" else None
        where = address(
            raw_type,
            data.draw(st.integers(0, 30)),
            data.draw(orders),
            length=3 if raw_type == "string" else 1,
            scale=data.draw(st.sampled_from([1.0, 0.1, 3.0])) if kind is FLOAT else 1.0,
            bit=bit,
            bits=3 if bit is not None else 1,
        )
        missing = data.draw(st.sampled_from([(), (0,), (65535,)]))
        missing = missing if raw_type in NUMBERS else ()
        extra = {"range": limits} if kind in (FLOAT, INT) else {}
        points.append(point(f"p{at}", where, kind, missing=missing, **extra))
    registers = data.draw(
        st.lists(
            st.one_of(st.sampled_from([0, 0, 1, 5, 0x4120, 65535]), st.integers(0, 65535)),
            min_size=40,
            max_size=40,
        )
    )
    found = _mapped(points, {("input", at): value for at, value in enumerate(registers)})
    for made in points:
        start = made.modbus.address
        own = registers[start : start + width(made.modbus)]
        assert found[made.id] == decode(made, own), made
