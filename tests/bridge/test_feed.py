"""The feed pulls what changed, only while it is seen, and joins memory and store unseen."""

import asyncio

import numpy as np
import pytest

from app.bridge.feed import LiveFeed
from app.bridge.plot_time import DAY, MINUTE, TimeAxis
from app.core.rows import PointKey
from tests.fakes.plot_source import SECOND, ArraySource, Clock
from tests.fakes.qt_loop import TurnWatch, qt_loop  # noqa: F401 - a fixture
from tests.fakes.waiting import until

KEY = PointKey(device="SP-1/weather", point="pm25")
OTHER = PointKey(device="SP-2/weather", point="pm25")


@pytest.fixture
def world(qapp):
    clock = Clock()
    source = ArraySource()
    times = clock.now_ns - np.arange(3600)[::-1] * SECOND
    source.put(KEY, times, np.arange(3600.0))
    axis = TimeAxis(clock, span_ns=10 * MINUTE)
    feed = LiveFeed(source, axis)
    feed.set_keys([KEY])
    feed.set_width(600)
    return clock, source, axis, feed


def shown(feed: LiveFeed) -> np.ndarray:
    view = feed.view()
    found = feed.envelope(KEY, view)
    inside = (found.time_ns >= view.start_ns) & (found.time_ns <= view.end_ns)
    return found.high[inside]


def test_one_signal_a_frame_names_what_changed(world, qtbot):
    clock, source, _, feed = world
    feed.tick()
    with qtbot.waitSignal(feed.changed) as caught:
        clock.advance(1)
        source.append(KEY, clock.now_ns, 9999.0)
        feed.tick()
    assert caught.args == [[KEY]]
    assert shown(feed)[-1] == 9999.0


def test_a_frame_in_which_nothing_happened_says_nothing(world, qtbot):
    _, _, _, feed = world
    feed.tick()
    feed.tick()
    with qtbot.assertNotEmitted(feed.changed):
        feed.tick()


def test_a_hidden_page_pulls_nothing(world):
    clock, source, _, feed = world
    feed.set_active(True)
    feed.tick()
    feed.set_active(False)
    source.calls.clear()

    async def seconds_pass() -> None:
        clock.advance(5)
        source.append(KEY, clock.now_ns, 1.0)
        for _ in range(50):
            await asyncio.sleep(0)

    asyncio.run(seconds_pass())
    assert not feed.active
    assert not source.calls


def test_growing_by_single_samples_gives_what_reading_at_once_gives(world):
    clock, source, axis, feed = world
    random = np.random.default_rng(2)
    feed.tick()
    for _ in range(200):
        clock.advance(float(random.uniform(0.05, 3)))
        source.append(KEY, clock.now_ns, float(random.normal()))
        feed.tick()
    grown = feed.envelope(KEY, feed.view())
    fresh_feed = LiveFeed(source, axis)
    fresh_feed.set_keys([KEY])
    fresh_feed.set_width(600)
    fresh_feed.tick()
    at_once = fresh_feed.envelope(KEY, fresh_feed.view())
    first = grown.time_ns.searchsorted(at_once.time_ns[1])
    assert np.array_equal(grown.time_ns[first:], at_once.time_ns[1:])
    assert np.array_equal(grown.low[first:], at_once.low[1:])
    assert np.array_equal(grown.high[first:], at_once.high[1:])
    assert np.array_equal(grown.gap_before[first:], at_once.gap_before[1:])


def test_memory_that_forgets_the_start_of_a_wide_bucket_loses_no_extremes(world, qt_loop):  # noqa: F811
    clock, source, axis, feed = world
    source.values[KEY][3590] = -500.0

    async def go() -> None:
        axis.set_span(60 * DAY)
        feed.set_active(True)
        await until(lambda: source.calls["store"] and not feed.loading)
        source.memory_from = clock.now_ns
        clock.advance(1)
        source.append(KEY, clock.now_ns, 5.0)
        feed.tick()
        assert feed.envelope(KEY, feed.view()).low.min() == -500.0
        await feed.close()

    qt_loop.run_until_complete(go())


def test_scrolling_past_memory_runs_into_the_store_without_a_seam(world, qt_loop):  # noqa: F811
    clock, source, axis, feed = world
    source.memory_from = clock.now_ns - 5 * MINUTE

    async def go() -> None:
        feed.set_active(True)
        feed.tick()
        assert len(shown(feed)) <= 300
        await until(lambda: len(shown(feed)) > 520)
        axis.pan(-3 * MINUTE)
        await until(lambda: not feed.loading and len(shown(feed)) > 520)
        found = feed.envelope(KEY, feed.view())
        assert not found.gap_before.any()
        assert int(found.count.sum()) == int(found.time_ns[-1] - found.time_ns[0]) // SECOND + 1
        await feed.close()

    qt_loop.run_until_complete(go())


def test_a_stale_read_is_cancelled_and_only_the_last_view_is_read(world, qt_loop):  # noqa: F811
    _, source, axis, feed = world

    async def go() -> None:
        source.gate = asyncio.Event()
        feed.set_active(True)
        await until(lambda: source.calls["store"])
        axis.show(axis.view().start_ns - 50 * DAY, axis.view().start_ns - 49 * DAY)
        await until(lambda: source.cancelled == 1)
        axis.set_span(3 * DAY)
        axis.set_span(7 * DAY)
        axis.set_span(2 * DAY)
        source.gate.set()
        before = source.calls["store"]
        await until(lambda: source.calls["store"] > before and not feed.loading)
        start, end = source.windows[-1]
        assert 2 * DAY <= end - start <= 5 * DAY
        await feed.close()

    qt_loop.run_until_complete(go())


def test_zooming_back_needs_no_second_read(world, qt_loop):  # noqa: F811
    _, source, axis, feed = world

    async def go() -> None:
        feed.set_active(True)
        await until(lambda: source.calls["store"] == 1 and not feed.loading)
        axis.show(axis.view().start_ns, axis.view().end_ns)
        view = axis.view()
        axis.zoom(0.25, view.end_ns)
        await until(lambda: source.calls["store"] == 2 and not feed.loading)
        axis.show(view.start_ns, view.end_ns)
        for _ in range(20):
            feed.tick()
        assert source.calls["store"] == 2
        await feed.close()

    qt_loop.run_until_complete(go())


def test_one_sample_an_hour_brings_the_one_before_the_window(qapp, qt_loop):  # noqa: F811
    clock, source = Clock(), ArraySource(max_gap_s=3 * 3600)
    source.put(KEY, clock.now_ns - np.arange(5)[::-1] * 3600 * SECOND, np.arange(5.0))
    feed = LiveFeed(source, TimeAxis(clock, span_ns=10 * MINUTE), lambda _key: 3600.0)
    feed.set_keys([KEY])
    feed.set_width(600)

    async def go() -> None:
        feed.set_active(True)
        await until(lambda: source.calls["store"] and not feed.loading)
        clock.advance(3600)
        source.append(KEY, clock.now_ns, 5.0)
        feed.tick()
        assert list(feed.envelope(KEY, feed.view()).high[-2:]) == [4.0, 5.0]
        await feed.close()

    qt_loop.run_until_complete(go())


def test_a_pause_breaks_the_line_whoever_reduced_the_samples(world, qt_loop):  # noqa: F811
    clock, source, _, feed = world
    source.max_gap_ns = 0
    keep = (np.arange(3600) < 3300) | (np.arange(3600) > 3400)
    source.put(KEY, source.times[KEY][keep], source.values[KEY][keep])

    async def go() -> None:
        feed.set_active(True)
        await until(lambda: source.calls["store"] and not feed.loading)
        assert feed.envelope(KEY, feed.view()).gap_before.sum() == 1
        clock.advance(60)
        source.append(KEY, clock.now_ns, 5.0)
        feed.tick()
        assert feed.envelope(KEY, feed.view()).gap_before.sum() == 2
        await feed.close()

    qt_loop.run_until_complete(go())


def test_the_last_bucket_of_the_store_is_not_mixed_with_the_first_of_memory(world, qt_loop):  # noqa: F811
    clock, source, _, feed = world
    source.values[KEY][:] = 10.0
    source.memory_from = clock.now_ns + 1

    async def go() -> None:
        feed.set_active(True)
        await until(lambda: source.calls["store"] and not feed.loading)
        clock.advance(60)
        source.append(KEY, clock.now_ns, -500.0)
        feed.tick()
        found = feed.envelope(KEY, feed.view())
        assert list(found.low[-2:]) == [10.0, -500.0]
        assert list(found.high[-2:]) == [10.0, -500.0]
        assert found.gap_before[-1]
        await feed.close()

    qt_loop.run_until_complete(go())


def test_a_store_that_fails_leaves_what_memory_has(world, qt_loop):  # noqa: F811
    clock, source, _, feed = world
    source.broken = True
    source.memory_from = clock.now_ns - 5 * MINUTE

    async def go() -> None:
        feed.set_active(True)
        await until(lambda: source.calls["store"] and not feed.loading)
        assert 260 < len(shown(feed)) <= 300
        await feed.close()

    qt_loop.run_until_complete(go())


def test_paused_new_samples_do_not_move_the_picture(world, qtbot):
    clock, source, axis, feed = world
    feed.tick()
    axis.set_paused(paused=True)
    feed.tick()
    held = shown(feed)
    clock.advance(10)
    source.append(KEY, clock.now_ns, 1e9)
    with qtbot.assertNotEmitted(feed.changed):
        feed.tick()
    assert np.array_equal(shown(feed), held)
    axis.set_paused(paused=False)
    feed.tick()
    assert shown(feed)[-1] == 1e9


def test_detached_what_arrives_later_does_not_repaint_but_is_there(world, qtbot):
    clock, source, axis, feed = world
    feed.tick()
    axis.pan(-60 * SECOND)
    feed.tick()
    feed.tick()
    with qtbot.assertNotEmitted(feed.changed):
        for n in range(20):
            clock.advance(1)
            source.append(KEY, clock.now_ns, 7000.0 + n)
            feed.tick()
    axis.pan(80 * SECOND)
    feed.tick()
    assert shown(feed).max() == 7019.0
    assert not feed.envelope(KEY, feed.view()).gap_before.any()


def test_no_turn_takes_over_50_ms_with_many_fast_points(qapp, qt_loop):  # noqa: F811
    clock = Clock()
    source = ArraySource()
    keys = [PointKey(device=f"SP-{n}/w", point="p") for n in range(16)]
    times = clock.now_ns - np.arange(200_000)[::-1] * (SECOND // 1000)
    for key in keys:
        source.put(key, times, np.sin(np.arange(200_000.0)))
    axis = TimeAxis(clock, span_ns=MINUTE)
    feed = LiveFeed(source, axis)
    feed.set_keys(keys)
    feed.set_width(1400)

    async def go() -> float:
        watch = TurnWatch()
        feed.set_active(True)
        await until(lambda: source.calls["store"] >= 16 and not feed.loading)
        axis.zoom(2.0, axis.view().end_ns)
        await until(lambda: source.calls["store"] >= 32 and not feed.loading)
        await feed.close()
        return watch.stop()

    assert qt_loop.run_until_complete(go()) < 0.05
