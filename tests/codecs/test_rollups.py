"""Roll-ups, merged at any width and packed or not, give the envelope of the samples themselves."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codecs.chunks_ints import Corrupt
from app.codecs.reduce import bucket_width, envelope
from app.codecs.rollups import as_envelope, join, merged, pack_cells, samples_as_cells, unpack_cells
from app.core.rows import PointKey

KEY = PointKey(device="d", point="p")
SAMPLES = st.lists(
    st.tuples(
        st.integers(-150, 150),
        st.sampled_from([1.5, -2.0, 0.0, 99.9, 3.25, float("nan")]),
        st.sampled_from([0, 0, 0, 0x40, 0x80]),
    ),
    min_size=20,
    max_size=150,
)


def arrays(samples):
    ordered = sorted({t: (t, v, q) for t, v, q in samples}.values())
    return (
        np.array([s[0] for s in ordered], np.int64),
        np.array([s[1] for s in ordered], np.float64),
        np.array([s[2] for s in ordered], np.uint8),
    )


def same(got, want):
    assert got.time_ns.tolist() == want.time_ns.tolist()
    assert got.count.tolist() == want.count.tolist()
    assert got.low.tolist() == want.low.tolist()
    assert got.high.tolist() == want.high.tolist()
    assert np.allclose(got.mean, want.mean, rtol=1e-12, atol=1e-9)
    assert got.gap_before.tolist() == want.gap_before.tolist()


@given(SAMPLES, st.lists(st.integers(0, 150), max_size=5), st.integers(2, 40), st.integers(0, 30))
def test_cells_of_pieces_give_the_envelope_of_the_whole(samples, cuts, buckets, max_gap):
    times, values, quality = arrays(samples)
    start, end = -160, 160
    width = bucket_width(start, end, buckets)
    shift = (width & -width).bit_length() - 1
    parts = []
    bounds = [0, *sorted(min(c, len(times)) for c in cuts), len(times)]
    for a, b in itertools.pairwise(bounds):
        cells = samples_as_cells(times[a:b], values[a:b], quality[a:b])
        fine = merged(cells, 1 << (shift // 2))
        parts.append(unpack_cells(pack_cells(merged(fine, 1 << shift), shift)))
    got = as_envelope(KEY, merged(join(parts), width), max_gap)
    same(got, envelope(KEY, times, values, quality, start, end, buckets, max_gap))


@given(st.floats(1e300, 1e308), st.floats(-1e308, 1e308))
def test_huge_values_are_packed_as_they_are(a, b):
    cells = samples_as_cells(np.array([1, 2]), np.array([a, b]), np.zeros(2, np.uint8))
    back = unpack_cells(pack_cells(cells, 0))
    assert (back.low.tolist(), back.total.tolist()) == ([a, b], [a, b])


@given(st.binary(max_size=120))
def test_garbage_is_refused_by_name(data):
    try:
        unpack_cells(data)
    except Corrupt:
        return


def test_a_cut_roll_up_is_refused():
    cells = samples_as_cells(np.arange(50), np.arange(50) / 7, np.zeros(50, np.uint8))
    whole = pack_cells(cells, 0)
    for size in range(len(whole)):
        with pytest.raises(Corrupt):
            unpack_cells(whole[:size])
