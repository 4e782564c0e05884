"""Memory and store as one: an envelope over the seam equals the reduction of every sample."""

import math
import random

import numpy as np
import pytest

from app.codecs.reduce import bucket_width, envelope
from app.codecs.rows import RowPacker
from app.core.quality import Quality
from app.core.rows import PointKey, RowBatch, RowLayout, ValueKind
from app.services.history import History
from app.services.live import LiveBuffers, LiveLimits
from app.store.opening import open_store

NS = 1_000_000_000
T0 = 1_790_000_000 * NS
LAYOUT = RowLayout.make("SP-0001/meter", "1s", {"power": ValueKind.FLOAT, "count": ValueKind.INT})
KEY = PointKey(device="SP-0001/meter", point="power")
LIMITS = LiveLimits(
    hold_s=400,
    budget_bytes=1 << 30,
    first_rows=8,
    segment_s=300,
    segment_bytes=2048,
    pack_above=0.5,
    pack_bytes_per_s=1e9,
)
SECONDS = 3000


@pytest.fixture
async def filled(tmp_path):
    """A store with all samples, memory with the last part of them, and the samples."""
    rng = random.Random(11)
    store = await open_store(f"sqlite://{tmp_path}/store.db")
    live = LiveBuffers(LIMITS)
    packer = RowPacker(LAYOUT)
    times, values, quality = [], [], []
    for second in range(SECONDS):
        if 1500 <= second < 1540 or 2900 <= second < 2910:
            continue
        bad = second % 97 == 0
        value = math.nan if bad else 50 + 10 * math.sin(second / 40) + rng.random()
        row_quality = bytes([Quality.BAD_COMMS if bad else Quality.GOOD, Quality.GOOD])
        row = packer.pack(T0 + second * NS, T0 + second * NS, (value, second), row_quality)
        batch = RowBatch(layout=LAYOUT, data=row)
        live.take([batch])
        store.append([batch])
        times.append(T0 + second * NS)
        values.append(value)
        quality.append(row_quality[0])
    await store.flush()
    yield store, live, (np.array(times), np.array(values), np.array(quality, np.uint8))
    await store.close()


def windows(live: LiveBuffers) -> list[tuple[int, int, int]]:
    seam = live.complete_from(KEY)
    rng = random.Random(5)
    found = [(T0, T0 + SECONDS * NS, buckets) for buckets in (2, 7, 100, 1000, 4000)]
    for _ in range(40):
        start = seam - rng.randrange(600 * NS)
        end = seam + rng.randrange(1, 350 * NS)
        found.append((start, end, rng.randrange(2, 800)))
    return found


async def test_an_envelope_over_the_seam_is_that_of_every_sample(filled) -> None:
    store, live, (times, values, quality) = filled
    gap = await store.max_gap_ns(KEY)
    history = History(live, store, lambda _key: gap)
    assert live.complete_from(KEY) > T0 + 2000 * NS
    for start, end, buckets in windows(live):
        found = await history.envelope(KEY, start, end, buckets)
        wanted = envelope(KEY, times, values, quality, start, end, buckets, gap)
        width = bucket_width(start, end, buckets)
        np.testing.assert_array_equal(found.time_ns // width, wanted.time_ns // width)
        np.testing.assert_array_equal(found.count, wanted.count)
        np.testing.assert_allclose(found.low, wanted.low)
        np.testing.assert_allclose(found.high, wanted.high)
        np.testing.assert_allclose(found.mean, wanted.mean, rtol=1e-9)
        # What comes before a window is nobody's promise; inside it every break must be there.
        np.testing.assert_array_equal(found.gap_before[1:], wanted.gap_before[1:])


async def test_every_sample_is_read_once(filled) -> None:
    store, live, (times, values, _) = filled
    history = History(live, store)
    for start, end, _ in windows(live):
        series = await history.read(KEY, start, end)
        inside = (times >= start) & (times < end)
        np.testing.assert_array_equal(series.source_ns, times[inside])
        np.testing.assert_array_equal(series.values, values[inside])


async def test_without_a_store_there_is_what_memory_has(filled) -> None:
    _, live, _ = filled
    history = History(live, None)
    series = await history.read(KEY, T0, T0 + SECONDS * NS)
    assert series.source_ns[-1] == T0 + (SECONDS - 1) * NS
    assert await history.first_ns(KEY) == live.span(KEY)[0]


async def test_a_late_sample_of_yesterday_does_not_hide_the_store(filled) -> None:
    store, live, _ = filled
    history = History(live, store)
    row = RowPacker(LAYOUT).pack(T0 + 5 * NS + 1, T0 + SECONDS * NS, (1.0, 1))
    live.take([RowBatch(layout=LAYOUT, data=row)])
    store.append([RowBatch(layout=LAYOUT, data=row)])
    await store.flush()
    series = await history.read(KEY, T0, T0 + 20 * NS)
    assert len(series) == 21
    assert await history.first_ns(KEY) == T0
