"""The envelope agrees with a loop over the samples, and breaks where truth breaks."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.codecs.reduce import bucket_width, envelope
from app.core.quality import Quality
from app.core.rows import PointKey

KEY = PointKey(device="d", point="p")
QUALITIES = st.sampled_from([0, 0, 0, 0, 0x40, 0x80, 0x85, 0xC0])


def brute(times, values, quality, start, end, width, max_gap):
    """Bucket by bucket, sample by sample."""
    out, gap, previous = {}, False, None
    for t, v, q in zip(times, values, quality, strict=True):
        if not start <= t < end:
            continue
        if q >= Quality.BAD or not math.isfinite(v):
            gap = True
            continue
        if previous is not None and max_gap and t - previous > max_gap:
            gap = True
        bucket = out.setdefault(t // width, {"t": t, "v": [], "gap": gap})
        bucket["v"].append(v)
        gap, previous = False, t
    return list(out.values())


@given(
    st.lists(
        st.tuples(
            st.integers(-300, 300),
            st.one_of(st.floats(-1e6, 1e6), st.sampled_from((math.nan, math.inf, -math.inf))),
            QUALITIES,
        ),
        max_size=200,
    ),
    st.integers(-320, 320),
    st.integers(1, 640),
    st.integers(2, 50),
    st.integers(0, 40),
)
def test_envelope_is_what_a_loop_finds(samples, start, span, buckets, max_gap):
    samples = sorted({t: (t, v, q) for t, v, q in samples}.values())
    times = np.array([s[0] for s in samples], np.int64)
    values = np.array([s[1] for s in samples], np.float64)
    quality = np.array([s[2] for s in samples], np.uint8)
    end = start + span
    got = envelope(KEY, times, values, quality, start, end, buckets, max_gap)
    want = brute(times, values, quality, start, end, bucket_width(start, end, buckets), max_gap)
    assert len(got) == len(want) <= buckets
    assert got.time_ns.tolist() == [b["t"] for b in want]
    assert got.low.tolist() == [min(b["v"]) for b in want]
    assert got.high.tolist() == [max(b["v"]) for b in want]
    assert got.count.tolist() == [len(b["v"]) for b in want]
    assert np.allclose(got.mean, [sum(b["v"]) / len(b["v"]) for b in want], atol=1e-6)
    assert got.gap_before.tolist() == [b["gap"] for b in want]


@given(st.integers(-(2**60), 2**60), st.integers(1, 2**60), st.integers(2, 5000))
def test_the_grid_never_has_more_buckets_and_wastes_a_quarter_at_most(start, span, buckets):
    width = bucket_width(start, start + span, buckets)
    assert (start + span - 1) // width - start // width + 1 <= buckets
    exact = -(-span // (buckets - 1))
    assert exact <= width <= max(exact + 1, exact * 5 / 4)


def test_integers_are_reduced_and_texts_are_not():
    times = np.arange(4, dtype=np.int64)
    quality = np.zeros(4, np.uint8)
    whole = envelope(KEY, times, np.array([3, 1, 2, 9]), quality, 0, 4, 2, 0)
    assert (whole.low.min(), whole.high.max(), whole.count.sum()) == (1.0, 9.0, 4)
    texts = np.array(["a", "b", "c", "d"], object)
    assert not len(envelope(KEY, times, texts, quality, 0, 4, 2, 0))
