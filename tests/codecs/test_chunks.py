"""Chunks give back every bit of what they were given, and damage is named, never believed."""

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.codecs.chunks import ColumnData, pack_column, pack_times, unpack_column, unpack_times
from app.codecs.chunks_ints import TIME_UNITS, Corrupt, pack_ints, unpack_ints
from app.core.rows import ValueKind

INT64 = st.integers(-(2**63), 2**63 - 1)
SMALL = st.integers(-300, 300)
QUALITY = st.sampled_from([0, 0x40, 0x80, 0x81, 0xC0])


def int_arrays(elements=INT64):
    return st.lists(st.one_of(SMALL, elements), max_size=80).map(lambda x: np.array(x, np.int64))


@given(int_arrays(), st.sampled_from([(), TIME_UNITS]))
def test_integers_come_back(values, units):
    data = b"xy" + pack_ints(values, units) + b"z"
    back, end = unpack_ints(data, 2, len(values))
    assert end == len(data) - 1
    assert back.tolist() == values.tolist()


@given(
    st.lists(st.tuples(INT64, INT64), max_size=60),
    st.sampled_from([1, 1000, 1_000_000, 1_000_000_000]),
)
def test_times_come_back(pairs, unit):
    source = (
        np.array([], np.int64)
        if not pairs
        else np.array([int(a / unit) * unit if abs(a) < 2**62 else a for a, _ in pairs])
    )
    received = np.array([b for _, b in pairs], np.int64)
    got = unpack_times(pack_times(source, received), len(pairs))
    assert got[0].tolist() == source.tolist()
    assert got[1].tolist() == received.tolist()


def bits(values):
    return np.asarray(values, np.float64).view(np.uint64).tolist()


FLOATS = st.one_of(
    st.floats(width=64),
    st.floats(width=32),
    st.integers(-5000, 5000).map(lambda n: n / 10),
    st.integers(-5000, 5000).map(lambda n: n * 0.1),
    st.integers(-5000, 5000).map(lambda n: n * 0.01),
    st.sampled_from([0.0, -0.0, math.nan, math.inf, 5e-324, 1e308, 2.0**53]),
    st.just(struct.unpack("<d", struct.pack("<Q", 0x7FF8DEAD00000001))[0]),
)


@given(st.integers(0, 7), st.data())
def test_floats_come_back_bit_by_bit(form, data):
    """A form at a time (all decimals, all float32 ...) and all mixed."""
    element = FLOATS if form == 7 else FLOATS.original_strategies[form]
    rows = data.draw(st.lists(st.tuples(element, QUALITY), max_size=60))
    values = np.array([v for v, _ in rows], np.float64)
    quality = np.array([q for _, q in rows], np.uint8)
    column = ColumnData(values=values, quality=quality)
    back = unpack_column(pack_column(ValueKind.FLOAT, column), len(rows))
    present = quality != 0xC0
    assert back.quality.tolist() == quality.tolist()
    assert bits(back.values[present]) == bits(values[present])


@given(hnp.arrays(np.int64, st.integers(0, 60), elements=INT64), st.data())
def test_integers_and_booleans_keep_their_type(values, data):
    quality = data.draw(hnp.arrays(np.uint8, len(values), elements=QUALITY))
    for kind, array in ((ValueKind.INT, values), (ValueKind.BOOL, values & 1)):
        packed = pack_column(kind, ColumnData(values=array, quality=quality))
        back = unpack_column(packed, len(values))
        assert back.values.dtype == np.int64
        present = quality != 0xC0
        assert back.values[present].tolist() == array[present].tolist()


@given(
    st.lists(st.tuples(st.integers(-1, 3), QUALITY), max_size=40),
    st.lists(st.text(), min_size=4, max_size=4),
)
def test_texts_come_back(rows, texts):
    column = ColumnData(
        values=np.array([i for i, _ in rows], np.int64),
        quality=np.array([q for _, q in rows], np.uint8),
        texts=tuple(texts),
    )
    back = unpack_column(pack_column(ValueKind.TEXT, column), len(rows))
    assert back.texts == column.texts
    present = column.quality != 0xC0
    assert back.values[present].tolist() == column.values[present].tolist()


def test_lone_surrogates_in_texts_survive():
    column = ColumnData(np.zeros(1, np.int64), np.zeros(1, np.uint8), ("\ud800",))
    assert unpack_column(pack_column(ValueKind.TEXT, column), 1).texts == ("\ud800",)


@given(st.binary(max_size=200), st.integers(0, 300))
def test_garbage_is_refused_by_name(data, count):
    for decode in (unpack_times, unpack_column):
        try:
            decode(data, count)
        except Corrupt:
            continue


@given(st.data())
def test_damaged_chunks_raise_nothing_else(data):
    rng = np.random.default_rng(3)
    values = np.round(20 + rng.normal(0, 1, 64), data.draw(st.integers(0, 17)))
    packed = bytearray(
        pack_column(ValueKind.FLOAT, ColumnData(values, (rng.random(64) < 0.1).astype(np.uint8)))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(packed)))
    try:
        unpack_column(bytes(packed[:cut]), 64)
    except Corrupt:
        return


@pytest.mark.parametrize(
    ("name", "step", "decimals", "reach"),
    [("temperature", 0.02, 1, 0.6), ("power", 1.0, 1, 1.1), ("voltage", 0.3, 2, 1.1)],
)
def test_sensor_data_stay_small(name, step, decimals, reach):
    rng = np.random.default_rng(11)
    size = 0
    for part in range(20):
        t = np.arange(part * 1024, part * 1024 + 1024)
        values = np.round(20 + 5 * np.sin(t / 5000) + rng.normal(0, step, 1024), decimals)
        quality = np.zeros(1024, np.uint8)
        size += len(pack_column(ValueKind.FLOAT, ColumnData(values, quality)))
    assert size / 20480 <= reach, name


def test_regular_times_with_jitter_cost_a_byte_and_a_half_a_row():
    rng = np.random.default_rng(12)
    source = (np.arange(1024) * 1000 + np.rint(rng.normal(0, 3, 1024)).astype(np.int64)) * 1_000_000
    received = source + np.rint(rng.exponential(20, 1024)).astype(np.int64) * 1_000_000
    assert len(pack_times(source, received)) / 1024 <= 1.6
