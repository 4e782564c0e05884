"""Ticks on round values and round local times; ranges that hold the data and stay calm."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.plots.scales import (
    clock_text,
    fit_range,
    gap_text,
    time_ticks,
)

NS = 1_000_000_000
MORNING = 1_763_769_600 * NS  # 2025-11-22 00:00 UTC
finite = st.floats(-1e9, 1e9)


@pytest.fixture(autouse=True)
def shanghai(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@given(finite, finite, st.integers(2, 12))
def test_a_range_holds_its_data_and_has_few_ticks(a, b, ticks):
    low, high = min(a, b), max(a, b)
    found = fit_range(low, high, ticks)
    rounding = 1e-8 * found.span
    assert found.low <= low + rounding
    assert high - rounding <= found.high
    assert 1 <= len(found.ticks()) <= ticks + 5
    assert len({found.label(value) for value in found.ticks()}) == len(found.ticks())


def test_a_range_is_kept_until_data_leave_it_or_fill_little_of_it():
    before = fit_range(20, 70, 4)
    assert fit_range(30, 60, 4, before) is before
    assert fit_range(30, 95, 4, before) is not before
    assert fit_range(40, 45, 4, before).span < before.span


def test_zero_is_an_edge_of_its_own_right():
    assert fit_range(0, 66, 4).low == 0


def test_minus_is_a_minus_and_decimals_fit_the_step():
    found = fit_range(-0.4, 0.4, 8)
    assert "\u2212" in found.label(found.ticks()[0])
    assert found.label(0.0) == "0.0"


def test_minutes_stand_on_whole_local_minutes():
    ticks = time_ticks(MORNING + 30 * NS, MORNING + 630 * NS, 744, 60)
    assert [tick.text for tick in ticks][:2] == ["08:01", "08:02"]
    assert all(tick.ns % (60 * NS) == 0 for tick in ticks)


def test_midnight_shows_the_date():
    ticks = time_ticks(MORNING - 12 * 3600 * NS, MORNING + 12 * 3600 * NS, 744, 60)
    texts = [tick.text for tick in ticks]
    assert "11-22" in texts
    assert texts[0].startswith("11-21 ")


def test_a_month_has_dates_and_years_have_years():
    days = time_ticks(MORNING - 30 * 86400 * NS, MORNING, 744, 60)
    assert all(len(tick.text) == 5 for tick in days)
    assert time_ticks(MORNING - 3 * 365 * 86400 * NS, MORNING, 744, 60)[0].text.startswith("202")


@given(st.integers(20_000_000, 10 * 365 * 86400 * NS), st.integers(0, 86400 * 400))
def test_labels_never_crowd(span, offset):
    end = MORNING + offset * NS
    ticks = time_ticks(end - span, end, 744, 60)
    assert len(ticks) <= 744 / 70 + 1
    assert [t.ns for t in ticks] == sorted({t.ns for t in ticks})


def test_texts_of_cursors_gaps_and_durations():
    assert clock_text(MORNING, 600 * NS) == "08:00:00"
    assert clock_text(MORNING + 250_000_000, 1 * NS) == "08:00:00.250"
    assert gap_text(MORNING, MORNING + 85 * NS) == ("08:00:00–08:01:25", "85 s")
