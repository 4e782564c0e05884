"""The live buffers against a plain list of samples, over growth, packing and eviction."""

import random
import struct

import numpy as np
import pytest

from app.codecs.rows import RowPacker
from app.core.quality import Quality, is_bad
from app.core.rows import PointKey, RowBatch, RowLayout, ValueKind, samples
from app.services.live import LiveBuffers, LiveLimits

NS = 1_000_000_000
T0 = 1_790_000_000 * NS
LAYOUT = RowLayout.make(
    "SP-0001/lamp1",
    "all",
    {
        "power": ValueKind.FLOAT,
        "lux": ValueKind.FLOAT,
        "energy": ValueKind.INT,
        "lit": ValueKind.BOOL,
        "state": ValueKind.TEXT,
    },
)
SMALL = LiveLimits(
    hold_s=3600,
    budget_bytes=1 << 30,
    first_rows=4,
    segment_s=300,
    segment_bytes=4096,
    pack_above=0.5,
    pack_bytes_per_s=1e9,
)


def key(point: str) -> PointKey:
    return PointKey(device="SP-0001/lamp1", point=point)


def batch_of(rng: random.Random, start: int, rows: int, jitter_ns: int = 0) -> RowBatch:
    packer = RowPacker(LAYOUT)
    texts = ("off", "on", f"step {start}")
    data = b""
    for row in range(start, start + rows):
        source = T0 + row * NS + (rng.randrange(-jitter_ns, jitter_ns) if jitter_ns else 0)
        quality = bytes(
            rng.choice((Quality.GOOD, Quality.GOOD, Quality.ABSENT, Quality.BAD_RANGE))
            for _ in LAYOUT.columns
        )
        values = (row * 0.5, float("nan"), row * 10**15, row % 2, row % 3)
        data += packer.pack(source, T0 + row * NS, values, quality)
    return RowBatch(layout=LAYOUT, data=data, texts=texts)


def brute(batches: list[RowBatch], point: str, start: int, end: int) -> list[tuple]:
    """Ordered by source time, the last received of equal times, straight from the samples."""
    found = {}
    for batch in batches:
        for sample in samples(batch):
            if sample.key.point == point and start <= sample.source_ns < end:
                found[sample.source_ns] = (sample.value, sample.quality)
    return [(ns, *found[ns]) for ns in sorted(found)]


def seen(live: LiveBuffers, point: str, start: int, end: int) -> list[tuple]:
    series = live.window(key(point), start, end)
    values = [None if v != v else v for v in series.values.tolist()]
    if series.kind is ValueKind.BOOL:
        values = [bool(v) for v in values]
    qualities = series.quality.tolist()
    values = [None if is_bad(q) else v for v, q in zip(values, qualities, strict=True)]
    return list(zip(series.source_ns.tolist(), values, qualities, strict=True))


@pytest.mark.parametrize("jitter_s", [0, 3])
@pytest.mark.parametrize("budget", [1 << 30, 9_000])
def test_every_window_equals_the_samples(jitter_s: int, budget: int) -> None:
    rng = random.Random(7)
    live = LiveBuffers(
        LiveLimits(
            hold_s=1e6,
            budget_bytes=budget,
            first_rows=4,
            segment_s=300,
            segment_bytes=4096,
            pack_above=0.5,
            pack_bytes_per_s=1e9,
        )
    )
    batches, row = [], 0
    while row < 900:
        rows = rng.choice((1, 1, 2, 17, 90))
        batches.append(batch_of(rng, row, rows, jitter_s * NS))
        live.take(batches[-1:])
        row += rows
    from_ns = live.complete_from(key("power"))
    if budget < 1 << 20:
        assert live.bytes <= budget + 8192
        assert from_ns > T0
    else:
        assert from_ns == T0
    for _ in range(40):
        start = max(from_ns, T0 + rng.randrange(row * NS))
        end = start + rng.randrange(300 * NS)
        for point in ("power", "lux", "energy", "lit", "state"):
            assert seen(live, point, start, end) == brute(batches, point, start, end)


def test_the_latest_of_a_bad_quality_has_no_value() -> None:
    live = LiveBuffers(SMALL)
    bad = bytes([Quality.BAD_COMMS] * len(LAYOUT.columns))
    data = RowPacker(LAYOUT).pack(T0, T0, (0.0, 0.0, 0, 0, 0), bad)
    live.take([RowBatch(layout=LAYOUT, data=data, texts=("off",))])
    for column in LAYOUT.columns:
        sample = live.latest(key(column.point))
        assert (sample.value, sample.quality) == (None, Quality.BAD_COMMS)


def test_packing_keeps_more_in_the_same_memory() -> None:
    rng = random.Random(1)
    held = {}
    for pace in (0.001, 1e9):
        limits = LiveLimits(
            hold_s=1e6,
            budget_bytes=20_000,
            first_rows=4,
            segment_s=300,
            segment_bytes=4096,
            pack_above=0.5,
            pack_bytes_per_s=pace,
        )
        live = LiveBuffers(limits)
        for row in range(0, 2000, 10):
            live.take([batch_of(rng, row, 10)])
        first, last = live.span(key("power"))
        held[pace] = last - first
    assert held[1e9] > 2 * held[0.001]


def test_an_hour_is_kept_and_then_forgotten() -> None:
    rng = random.Random(1)
    live = LiveBuffers(SMALL)
    for row in range(0, 5000, 10):
        live.take([batch_of(rng, row, 10)])
    first, last = live.span(key("power"))
    assert last == T0 + 4999 * NS
    assert 3600 * NS <= last - first <= 3800 * NS


def test_integers_stay_exact() -> None:
    live = LiveBuffers(SMALL)
    packer = RowPacker(LAYOUT)
    live.take([RowBatch(layout=LAYOUT, data=packer.pack(T0, T0, (1.0, 2.0, 2**63 - 1, 1, -1)))])
    series = live.window(key("energy"), T0, T0 + 1)
    assert series.values.dtype == np.int64
    assert series.values.tolist() == [2**63 - 1]
    assert live.latest(key("energy")).value == 2**63 - 1
    assert live.latest(key("lit")).value is True
    assert live.latest(key("state")).value is None


def test_latest_is_neither_a_late_sample_nor_a_clock_that_runs_ahead() -> None:
    live = LiveBuffers(SMALL)
    packer = RowPacker(LAYOUT)

    def take(source_s: float, received_s: float, power: float) -> None:
        row = packer.pack(T0 + int(source_s * NS), T0 + int(received_s * NS), (power, 0, 0, 0, -1))
        live.take([RowBatch(layout=LAYOUT, data=row)])

    take(1, 1, 10.0)
    take(5, 5, 20.0)
    take(2, 6, 30.0)
    assert live.latest(key("power")).value == 20.0
    take(9999, 7, 40.0)
    assert live.latest(key("power")).value == 40.0
    take(8, 8, 50.0)
    assert live.latest(key("power")).value == 50.0


def test_absent_values_do_not_hide_the_latest() -> None:
    live = LiveBuffers(SMALL)
    packer = RowPacker(LAYOUT)
    absent = bytes([Quality.ABSENT] + [0] * 4)
    live.take([RowBatch(layout=LAYOUT, data=packer.pack(T0, T0, (7.0, 0, 0, 0, -1)))])
    for step in range(1, 20):
        row = packer.pack(T0 + step, T0 + step, (float("nan"), 0, 0, 0, -1), absent)
        live.take([RowBatch(layout=LAYOUT, data=row)])
    assert live.latest(key("power")).value == 7.0
    assert len(live.window(key("power"), T0, T0 + 100)) == 1


def test_versions_rise_and_unknown_points_are_empty() -> None:
    live = LiveBuffers(SMALL)
    rng = random.Random(3)
    assert live.version(key("power")) == 0
    assert live.latest(key("power")) is None
    assert live.span(key("power")) is None
    assert len(live.window(key("power"), 0, 1 << 62)) == 0
    before = 0
    for row in range(0, 200, 10):
        live.take([batch_of(rng, row, 10)])
        assert live.version(key("power")) > before
        before = live.version(key("power"))
    assert live.keys() == tuple(key(point) for point in ("power", "lux", "energy", "lit", "state"))


def test_an_equal_layout_of_a_new_mapper_goes_on_in_the_same_ring() -> None:
    live = LiveBuffers(SMALL)
    again = RowLayout(device=LAYOUT.device, group=LAYOUT.group, columns=LAYOUT.columns)
    for step, layout in enumerate((LAYOUT, again, LAYOUT)):
        row = struct.pack(LAYOUT.format, T0 + step, T0 + step, step, 0, 0, 0, -1, bytes(5))
        live.take([RowBatch(layout=layout, data=row)])
    assert live.window(key("power"), T0, T0 + 9).values.tolist() == [0.0, 1.0, 2.0]
    assert len(live.keys()) == 5
