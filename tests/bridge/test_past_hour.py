"""Errors in the past hour, from a count that only rises until its link is opened anew."""

from app.bridge.past_hour import HOUR_S, PastHour


def test_counts_leave_after_an_hour():
    hour = PastHour()
    seen = [hour.look(min(second, 600) // 60, float(second)) for second in range(0, 7300, 10)]
    assert seen[60] == 10
    assert seen[int(HOUR_S) // 10] == 10
    assert seen[-1] == 0
    assert max(seen) == 10


def test_a_link_that_is_opened_anew_keeps_its_hour():
    hour = PastHour()
    assert hour.look(4, 0.0) == 4
    assert hour.look(0, 100.0) == 4
    assert hour.look(3, 200.0) == 7


def test_a_long_pause_between_looks_forgets():
    hour = PastHour()
    hour.look(5, 0.0)
    assert hour.look(5, 3 * HOUR_S) == 0
