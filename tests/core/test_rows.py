"""Rows: packing, layout order, samples, point keys."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codecs.rows import RowPacker, row_dtype, view
from app.core.quality import Quality
from app.core.rows import PointKey, RowBatch, RowLayout, ValueKind, present, samples, utc

KINDS = {
    "text": ValueKind.TEXT,
    "count": ValueKind.INT,
    "power": ValueKind.FLOAT,
    "door": ValueKind.BOOL,
    "level": ValueKind.FLOAT,
}


def test_make_sorts_columns_into_packing_order():
    layout = RowLayout.make("SP-1/lamp1", "fast", KINDS)
    assert [column.point for column in layout.columns] == [
        "power",
        "level",
        "count",
        "door",
        "text",
    ]
    assert (layout.floats, layout.ints, layout.texts) == (2, 2, 1)
    assert layout.row_size == 8 * 7 + 5


def test_columns_in_another_order_are_refused():
    layout = RowLayout.make("d", "g", KINDS)
    with pytest.raises(ValueError, match="FLOAT, then INT"):
        RowLayout(device="d", group="g", columns=layout.columns[::-1])
    with pytest.raises(ValueError, match="at least one"):
        RowLayout(device="d", group="g", columns=())


def test_equal_layouts_are_one_key():
    assert hash(RowLayout.make("d", "g", KINDS)) == hash(RowLayout.make("d", "g", KINDS))


def test_samples_keep_type_quality_and_times():
    layout = RowLayout.make("d", "g", KINDS)
    quality = bytes([0, Quality.BAD_RANGE, 0, Quality.ABSENT, 0])
    data = RowPacker(layout).pack(5, 7, [1.5, math.nan, 2**62 + 1, 0, 1], quality)
    found = samples(RowBatch(layout=layout, data=data, texts=("open", "closed")))
    assert [(s.key.point, s.value, s.quality) for s in found] == [
        ("power", 1.5, 0),
        ("level", None, Quality.BAD_RANGE),
        ("count", 2**62 + 1, 0),
        ("text", "closed", 0),
    ]
    assert {(s.source_ns, s.received_ns) for s in found} == {(5, 7)}


def test_an_absent_column_is_no_sample():
    layout = RowLayout.make("d", "g", {"a": ValueKind.INT, "b": ValueKind.FLOAT})
    pack = RowPacker(layout).pack
    gone = 0xC0C0C0C0C0C0C0
    data = pack(gone, 7, [1.0, gone], bytes([0, Quality.ABSENT]))
    data += pack(5, 7, [1.0, 1], bytes([Quality.BAD, 0]))
    batch = RowBatch(layout=layout, data=data)
    assert present(batch) == len(samples(batch)) == 3


@pytest.mark.parametrize("kind", ValueKind)
def test_a_bad_sample_has_no_value_whatever_stands_in_the_row(kind):
    layout = RowLayout.make("d", "g", {"a": kind})
    data = RowPacker(layout).pack(5, 7, [0], bytes([Quality.BAD_COMMS]))
    (sample,) = samples(RowBatch(layout=layout, data=data, texts=("open",)))
    assert sample.value is None


@given(
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1),
            st.floats(allow_nan=False),
            st.integers(-(2**63), 2**63 - 1),
        ),
        max_size=20,
    )
)
def test_numpy_and_struct_read_the_same_rows(rows):
    layout = RowLayout.make("d", "g", {"a": ValueKind.FLOAT, "b": ValueKind.INT})
    pack = RowPacker(layout).pack
    batch = RowBatch(layout=layout, data=b"".join(pack(t, t, [a, b]) for t, a, b in rows))
    assert len(batch) == len(rows)
    array = view(batch)
    assert array["source"].tolist() == [t for t, _, _ in rows]
    assert row_dtype(layout).itemsize == struct.calcsize(layout.format)
    if rows:
        assert array["f"][:, 0].tolist() == [a for _, a, _ in rows]
        assert array["i"][:, 0].tolist() == [b for _, _, b in rows]
    assert [s.value for s in samples(batch)] == [v for _, a, b in rows for v in (a, b)]


@given(st.text("abc/-", min_size=1), st.text("xyz_", min_size=1))
def test_point_key_round_trip(device, point):
    key = PointKey(device=device, point=point)
    if "/" not in point:
        assert PointKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "nopoint", "/x", "x/"])
def test_half_a_point_key_is_refused(text):
    with pytest.raises(ValueError, match="device/point"):
        PointKey.parse(text)


def test_utc_is_aware_and_exact_to_the_microsecond():
    assert utc(1_700_000_000_123_456_789).isoformat() == "2023-11-14T22:13:20.123456+00:00"
