"""Old samples go, whole chunks at a time; their roll-ups stay; nothing newer is touched."""

import sqlite3
from contextlib import closing

import pytest

from app.settings import _limits
from app.store.ballast import Ballast
from app.store.opening import open_store
from tests.store.rowmaker import LAMP, POWER, SECOND, T0, sensor, sensor_batch
from tests.store.test_store_agrees import check_envelope

DAY = 86_400


@pytest.fixture
def limits(monkeypatch):
    def change(**values):
        for name, value in values.items():
            monkeypatch.setitem(_limits("store"), name, float(value))

    return change


async def filled(store, days):
    count = days * DAY // 10
    data = sensor(count, step=10 * SECOND)
    store.append([sensor_batch(LAMP, *data)])
    await store.compact()
    return data[0], T0 + days * DAY * SECOND


async def test_age_drops_the_oldest_and_keeps_the_curve(store, limits):
    limits(keep_days=10)
    source, now = await filled(store, 60)
    before = await store.envelope(POWER, T0, now, 200)
    await store.retain(now)
    left = await store.read(POWER, 0, 2**62)
    cutoff = now - 10 * DAY * SECOND
    assert left.source_ns[-1] == source[-1]
    assert (left.source_ns >= cutoff).sum() == (source >= cutoff).sum()
    assert cutoff - 5 * DAY * SECOND < left.source_ns[0] < cutoff
    after = await store.envelope(POWER, T0, now, 200)
    assert after.count.sum() > 0.9 * before.count.sum()
    assert after.low.min() == before.low.min()
    (point,) = await store.points()
    assert point.samples == len(left)
    assert point.first_ns == left.source_ns[0]


async def test_late_samples_of_a_dropped_time_are_not_taken_again(store, limits):
    limits(keep_days=10)
    _, now = await filled(store, 60)
    await store.retain(now)
    left = len(await store.read(POWER, 0, 2**62))
    store.append([sensor_batch(LAMP, *sensor(2000, start=T0, seed=3))])
    await store.compact()
    assert len(await store.read(POWER, 0, 2**62)) == left
    await check_envelope(store, POWER, now - 9 * DAY * SECOND, now, 700)


async def test_roll_ups_have_their_own_age(store, limits):
    limits(keep_days=10, keep_rollup_days=20)
    _, now = await filled(store, 60)
    await store.retain(now)
    curve = await store.envelope(POWER, T0, now, 200)
    assert now - 45 * DAY * SECOND < curve.time_ns[0] < now - 10 * DAY * SECOND


async def test_size_drops_the_oldest_until_it_fits(store, limits, tmp_path):
    source, now = await filled(store, 60)
    await store.flush()
    with closing(sqlite3.connect(tmp_path / "samples.db")) as connection:
        full = connection.execute("PRAGMA page_count").fetchone()[0] * 16384
    limits(keep_bytes=full // 2)
    for _ in range(3):
        await store.retain(now)
    left = await store.read(POWER, 0, 2**62)
    assert 0.2 * len(source) < len(left) < 0.7 * len(source)
    assert left.source_ns[-1] == source[-1]
    await store.close()
    size = (tmp_path / "samples.db").stat().st_size
    assert size < 0.75 * full, (size, full)


async def test_the_ballast_is_there_and_can_be_freed(store, limits, tmp_path):
    ballast = store._writer.ballast
    limits(ballast_bytes=3 << 20)
    ballast.__init__(tmp_path / "other.db")
    ballast.begin()
    while ballast.size() < 3 << 20:
        ballast.step()
    assert ballast.free()
    assert not ballast.free()
    assert not ballast.path.exists()


async def test_the_ballast_makes_room_for_a_store_to_open_on_a_full_disk(tmp_path, limits):
    ballast = Ballast(tmp_path / "samples.db")
    ballast.path.write_bytes(bytes(100))
    ballast.make_room()
    assert ballast.size() == 100
    limits(wal_bytes=2**62)  # as if the disk had no more than this
    store = await open_store(f"sqlite://{tmp_path}/samples.db")
    await store.close()
    assert not ballast.path.exists()
