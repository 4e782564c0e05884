"""The shared window of time: attached to now, detached by hand, back by one key, paused."""

from app.bridge.plot_time import DAY, MINUTE, SPANS, TimeAxis
from tests.fakes.plot_source import SECOND, Clock


def test_following_the_window_runs_with_now():
    clock = Clock()
    axis = TimeAxis(clock, span_ns=MINUTE)
    clock.advance(5)
    view = axis.view()
    assert view.following
    assert (view.start_ns, view.end_ns) == (clock.now_ns - MINUTE, clock.now_ns)


def test_pan_and_zoom_detach_and_follow_returns():
    clock = Clock()
    axis = TimeAxis(clock, span_ns=MINUTE)
    axis.pan(-10 * SECOND)
    held = axis.view()
    assert not held.following
    clock.advance(30)
    assert axis.view() == held
    axis.zoom(0.5, held.start_ns + 15 * SECOND)
    assert axis.view().span_ns == MINUTE // 2
    axis.follow()
    assert axis.view().end_ns == clock.now_ns
    assert axis.view().following


def test_zoom_keeps_the_moment_under_the_mouse_in_its_place():
    axis = TimeAxis(Clock(), span_ns=MINUTE)
    before = axis.view()
    at = before.start_ns + before.span_ns // 4
    axis.zoom(3.0, at)
    after = axis.view()
    assert abs((at - after.start_ns) / after.span_ns - 0.25) < 1e-6


def test_pause_holds_the_picture_and_running_again_is_at_now():
    clock = Clock()
    axis = TimeAxis(clock)
    axis.set_paused(paused=True)
    held = axis.view()
    clock.advance(60)
    assert axis.view() == held
    assert held.paused
    axis.set_paused(paused=False)
    assert axis.view().end_ns == clock.now_ns


def test_spans_reach_from_a_minute_to_a_year_and_zoom_is_bounded():
    assert (SPANS[0], SPANS[-1]) == (MINUTE, 365 * DAY)
    axis = TimeAxis(Clock())
    for _ in range(200):
        axis.zoom(0.5, axis.view().start_ns)
    assert axis.span_ns > 0
    for _ in range(200):
        axis.zoom(2.0, axis.view().start_ns)
    assert axis.span_ns < 10**18
