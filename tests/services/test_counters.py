"""Rates of what comes in rarely and of what comes in often."""

import pytest

from app.services.counters import Rate


def test_a_device_asked_every_five_seconds_has_a_steady_rate() -> None:
    rate = Rate()
    rates = [rate.look(10 * (second // 5), float(second)) for second in range(60)]
    assert rates[0] == 0.0
    assert rates[15:] == pytest.approx([2.0] * 45, rel=0.01)


def test_a_count_that_begins_anew_is_no_rate_below_zero() -> None:
    rate = Rate()
    rates = [rate.look(count, float(second)) for second, count in enumerate((50, 60, 0, 10))]
    assert rates == [0.0, 10.0, 0.0, 10.0]


def test_what_has_stopped_is_at_zero_after_the_window() -> None:
    rate = Rate(over_s=10.0)
    for second in range(20):
        rate.look(100 * second, float(second))
    stopped = [rate.look(1_900, float(second)) for second in range(20, 32)]
    assert stopped[-1] == 0.0
    assert 0.0 < stopped[4] < 100.0
    assert rate.look(1_900, 31.0) == 0.0
