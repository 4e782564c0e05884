"""What lies between two cursors agrees with the same computed the long way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bridge.measure import measure_envelope, measure_series
from app.codecs.reduce import envelope
from app.codecs.series import Series
from app.core.quality import Quality
from app.core.rows import PointKey, ValueKind
from tests.fakes.plot_source import SECOND

KEY = PointKey(device="a/d", point="p")


def series(times, values, quality=None) -> Series:
    times = np.asarray(times, np.int64)
    values = np.asarray(values, np.float64)
    bad = np.isnan(values)
    quality = np.where(bad, Quality.BAD, Quality.GOOD) if quality is None else quality
    return Series(
        key=KEY,
        kind=ValueKind.FLOAT,
        source_ns=times,
        received_ns=times,
        values=values,
        quality=np.asarray(quality, np.uint8),
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=2, max_size=60),
    st.integers(0, 59),
    st.integers(0, 59),
)
def test_between_two_samples_all_agrees_with_brute_force(values, a, b):
    times = np.cumsum(np.arange(1, len(values) + 1)) * SECOND
    a, b = sorted((a % len(values), b % len(values)))
    measured = measure_series(series(times, values), int(times[a]), int(times[b]))
    inside = [(t, v) for t, v in zip(times[a : b + 1], values[a : b + 1], strict=True) if v == v]
    assert measured.samples == len(inside)
    if not inside:
        assert measured.mean is None
        return
    found = np.array([v for _, v in inside])
    assert measured.mean == pytest.approx(found.mean(), abs=1e-6)
    assert (measured.low, measured.high) == (found.min(), found.max())
    assert measured.at_a == (values[a] if values[a] == values[a] else None)
    assert measured.at_b == (values[b] if values[b] == values[b] else None)
    if len(inside) > 1:
        minutes = np.array([t for t, _ in inside]) / 60e9
        slope = np.polyfit(minutes - minutes[0], found, 1)[0]
        assert measured.slope_per_min == pytest.approx(slope, rel=1e-4, abs=1e-2)


def test_a_cursor_between_samples_takes_the_line_and_a_step_holds():
    data = series([0, 10 * SECOND], [1.0, 3.0])
    line = measure_series(data, 5 * SECOND, 10 * SECOND)
    assert line.at_a == 2.0
    assert line.delta == 1.0
    assert measure_series(data, 5 * SECOND, 10 * SECOND, step=True).at_a == 1.0


def test_no_value_is_taken_across_a_bad_sample():
    data = series([0, 10 * SECOND, 20 * SECOND], [1.0, float("nan"), 3.0])
    measured = measure_series(data, 5 * SECOND, 15 * SECOND)
    assert measured.at_a is None
    assert measured.at_b is None
    assert measured.delta is None
    assert measured.samples == 0


def test_the_reduced_form_gives_the_same_but_for_the_slope():
    random = np.random.default_rng(5)
    times = np.arange(20_000, dtype=np.int64) * SECOND
    values = np.cumsum(random.normal(size=20_000))
    data = series(times, values)
    reduced = envelope(KEY, times, values, data.quality, 0, int(times[-1]) + 1, 500, 0)
    exact = measure_series(data, 0, int(times[-1]))
    close = measure_envelope(reduced, 0, int(times[-1]))
    assert (close.samples, close.low, close.high) == (exact.samples, exact.low, exact.high)
    assert close.mean == pytest.approx(exact.mean)
    assert close.slope_per_min == pytest.approx(exact.slope_per_min, rel=0.02)
    assert not close.exact
