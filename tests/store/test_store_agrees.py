"""The store against a list in memory: every read and every zoom, before and after compaction."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.codecs.reduce import envelope
from app.core.quality import Quality
from app.core.rows import PointKey, samples
from app.store.opening import open_store
from tests.store.rowmaker import LAMP, MIXED, POWER, SECOND, T0, batch, sensor, sensor_batch


def newest(batches, key):
    """The samples of a point as the rule has it: the one received last wins."""
    kept = {}
    for part in batches:
        for s in samples(part):
            if s.key == key:
                old = kept.get(s.source_ns)
                if old is None or s.received_ns >= old.received_ns:
                    kept[s.source_ns] = s
    return [kept[t] for t in sorted(kept)]


async def check(store, batches, key, start, end):
    got = await store.read(key, start, end)
    want = [s for s in newest(batches, key) if start <= s.source_ns < end]
    assert got.source_ns.tolist() == [s.source_ns for s in want]
    assert got.received_ns.tolist() == [s.received_ns for s in want]
    assert got.quality.tolist() == [s.quality for s in want]
    found = [
        None if bad >= Quality.BAD else v
        for v, bad in zip(got.values.tolist(), got.quality, strict=True)
    ]
    values = [None if s.quality >= Quality.BAD else s.value for s in want]
    assert [plain(v) for v in found] == [plain(v) for v in values]


def plain(value):
    """NaN and None are the same: no value; True is 1."""
    return None if value != value else int(value) if isinstance(value, bool) else value


def rounding(want):
    """What float64 loses in sums that cancel: values of 1e19 may have a mean of 1."""
    most = np.maximum(np.abs(want.low), np.abs(want.high)).astype(float)
    return np.where(np.isfinite(most), most, 0.0) * 1e-12


async def check_envelope(store, key, start, end, buckets):
    whole = await store.read(key, start, end)
    gap = await store.max_gap_ns(key)
    got = await store.envelope(key, start, end, buckets)
    want = envelope(key, whole.source_ns, whole.values, whole.quality, start, end, buckets, gap)
    assert got.time_ns.tolist() == want.time_ns.tolist()
    assert got.count.tolist() == want.count.tolist()
    assert got.low.tolist() == want.low.tolist()
    assert got.high.tolist() == want.high.tolist()
    assert np.allclose(got.mean, want.mean, rtol=1e-9, atol=rounding(want))
    assert got.gap_before.tolist() == want.gap_before.tolist()
    assert len(got) <= buckets


TIMES = st.one_of(
    st.integers(0, 3000).map(lambda n: T0 + n * SECOND // 4),
    st.integers(-(2**62), 2**62),
    st.sampled_from([0, -1, 1, 2**62]),
)
ROWS = st.tuples(
    TIMES,
    st.integers(0, 50),
    st.tuples(
        st.one_of(st.integers(-99, 99).map(lambda n: n / 10), st.floats()),
        st.integers(-(2**63), 2**63 - 1),
        st.integers(0, 1),
        st.integers(-1, 3),
    ),
    st.lists(st.sampled_from([0, 0, 0x40, 0x80, 0x85, 0xC0]), min_size=4, max_size=4),
)


@given(
    st.lists(
        st.tuples(st.lists(ROWS, max_size=60), st.sampled_from(["", "flush", "compact", "open"])),
        max_size=6,
    ),
    st.integers(0, 700),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_whatever_comes_in_whatever_order_is_read_back(
    tmp_path_factory, small_chunks, parts, cut
):
    url = f"sqlite://{tmp_path_factory.mktemp('s')}/samples.db"
    store = await open_store(url)
    batches = []
    try:
        for rows, then in parts:
            shifted = [(s, s + r, v, q) for s, r, v, q in rows]
            batches.append(batch(MIXED, shifted, ("a", "b", "", "路灯")[: 1 + len(rows) % 4]))
            store.append([batches[-1]])
            if then == "flush":
                await store.flush()
            elif then == "compact":
                await store.compact()
            elif then == "open":
                await store.close()
                store = await open_store(url)
        await store.flush()
        for column in MIXED.columns:
            key = PointKey(device="pole", point=column.point)
            await check(store, batches, key, -(2**63), 2**63 - 1)
            start = T0 + cut * SECOND
            await check(store, batches, key, start, start + 100 * SECOND)
            if column.point != "text":
                for buckets in (2, 3, 4, 9, 20):
                    await check_envelope(store, key, T0, T0 + 800 * SECOND, buckets)
                await check_envelope(store, key, start, start + 77 * SECOND, 300)
    finally:
        await store.close()


@pytest.mark.parametrize("columns", [1])
async def test_every_zoom_agrees_with_every_sample(store, columns):
    source, received, values = sensor(150_000, columns=columns)
    quality = np.zeros((len(source), columns), np.uint8)
    quality[5000:5050] = Quality.BAD_COMMS
    values[5000:5050] = np.nan
    quality[70_000] = Quality.BAD_RANGE
    keep = np.ones(len(source), bool)
    keep[90_000:93_000] = False
    for part in np.array_split(np.flatnonzero(keep), 40):
        store.append(
            [sensor_batch(LAMP, source[part], received[part], values[part], quality[part])]
        )
        await store.flush()
    await store.compact()
    rng = np.random.default_rng(5)
    late = rng.choice(150_000, 1500, replace=False)
    late_times = received[late] + 5 * SECOND
    store.append([sensor_batch(LAMP, source[late], late_times, values[late] + 7)])
    await store.flush()
    for compacted in (False, True):
        if compacted:
            await store.compact()
        end = T0 + 150_000 * SECOND
        await check_envelope(store, POWER, T0 - SECOND, end, 100)
        await check_envelope(store, POWER, T0 - 10**6 * SECOND, end + 10**6 * SECOND, 1400)
        for _ in range(25):
            a = T0 + int(rng.integers(-1000, 150_000)) * SECOND + int(rng.integers(0, SECOND))
            b = a + int(2 ** rng.uniform(1, 57))
            await check_envelope(store, POWER, a, b, int(rng.integers(2, 1500)))
