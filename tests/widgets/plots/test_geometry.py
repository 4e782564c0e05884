"""Columns, lines and dashes of a curve: where ink may be, and where it must not."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.codecs.series import Envelope
from app.core.rows import PointKey
from widgets.plots.bundle import bundle
from widgets.plots.geometry import (
    Area,
    columns,
    dashed,
    dense,
    dotted,
    lines,
    markers,
    place,
    polylines,
    traced,
    whole,
)
from widgets.plots.intervals import Window, common, curve_gaps, merged, runs, without

AREA = Area(x=50, y=10, width=400, height=100, start_ns=0, ns_per_px=1000, low=0, high=100)


def reduced(times, low, high=None, broken=None):
    times = np.asarray(times, np.int64)
    low = np.asarray(low, np.float64)
    return Envelope(
        key=PointKey(device="A/d", point="v"),
        time_ns=times,
        low=low,
        high=low if high is None else np.asarray(high, np.float64),
        mean=low,
        count=np.ones(len(times), np.int64),
        gap_before=np.zeros(len(times), np.bool_) if broken is None else np.asarray(broken),
    )


def together(*envelopes):
    return place(bundle(envelopes, 0, 500_000), AREA)


def placed(times, values, broken=None):
    return together(reduced(times, values, broken=broken))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 6000), st.floats(0, 100), st.booleans()), min_size=2, max_size=80
    ),
    st.booleans(),
)
def test_no_ink_lies_strictly_inside_a_gap(samples, step):
    times = np.cumsum([distance for distance, _, _ in samples])
    points = placed(times, [v for _, v, _ in samples], [gap for _, _, gap in samples])
    boxes, links = columns(points, AREA, [1.5], step=step).of(0)
    spans = [(x, x + w) for x, _, w, _ in boxes.tolist()]
    spans += [(min(a, b), max(a, b)) for a, _, b, _ in links.tolist()]
    spans += [(min(a, b), max(a, b)) for a, _, b, _ in lines(points, step=step).tolist()]
    boxes = traced(points, AREA, 1.5, step=step).boxes
    spans += [(x, x + w) for x, _, w, _ in boxes.tolist()]
    for vertices in polylines(points, step=step):
        spans.append((float(vertices[:, 0].min()), float(vertices[:, 0].max())))
    edges = zip(points.x[:-1], points.x[1:], points.broken[1:], strict=True)
    for left, right, gap in edges:
        if gap and right - left > 4:
            middle = (left + right) / 2
            assert not any(a < middle - 1.5 and b > middle + 1.5 for a, b in spans)


def test_columns_reach_from_the_lowest_to_the_highest_and_touch_their_neighbours():
    random = np.random.default_rng(1)
    times = np.arange(0, 400_000, 1000)
    low = random.uniform(20, 40, 400)
    high = low + random.uniform(0, 30, 400)
    points = together(reduced(times, low, high))
    boxes, links = columns(points, AREA, [1.5]).of(0)
    assert len(links) == 0
    assert np.allclose(boxes[:, 1] + 0.75, np.minimum(points.top, np.r_[1e9, points.bottom[:-1]]))
    above, below = boxes[:, 1], boxes[:, 1] + boxes[:, 3]
    assert (np.maximum(above[1:], above[:-1]) <= np.minimum(below[1:], below[:-1])).all()


def test_columns_of_several_pixels_follow_the_buckets_without_a_hole():
    area = replace(AREA, start_ns=70_000, bucket_ns=3_200)
    random = np.random.default_rng(2)
    # The first sample of a bucket is anywhere in it.
    times = 70_400 + np.arange(125) * 3_200 + random.integers(0, 3_200, 125)
    points = place(bundle([reduced(times, random.uniform(0, 100, 125))], 0, 500_000), area)
    boxes, links = columns(points, area, [1.5]).of(0)
    assert len(boxes) == 125
    assert len(links) == 0
    assert set(boxes[:-1, 2].tolist()) == {3.0, 4.0}
    assert np.array_equal(boxes[1:, 0], boxes[:-1, 0] + boxes[:-1, 2])


def test_a_step_is_held_and_never_slanted():
    points = placed([0, 100_000, 300_000], [10, 60, 30])
    found = lines(points, step=True)
    assert all(x1 == x2 or y1 == y2 for x1, y1, x2, y2 in found.tolist())


def test_samples_far_apart_are_dots_and_close_ones_are_not():
    assert len(markers(placed([0, 50_000, 100_000], [1, 2, 3]))) == 3
    assert len(markers(placed(np.arange(0, 300_000, 1000), np.ones(300)))) == 0
    broken = np.zeros(300, np.bool_)
    broken[[100, 101]] = True
    assert len(markers(placed(np.arange(0, 300_000, 1000), np.ones(300), broken))) == 1


def test_dashes_leave_a_third_out_and_stay_with_the_curve():
    points = placed(np.arange(0, 400_000, 1000), np.full(400, 50))
    boxes, _ = dashed(columns(points, AREA, [1.5]), AREA, [(6, 3)]).of(0)
    assert len(boxes) == pytest.approx(400 * 6 / 9, abs=3)


def test_gaps_inside_the_window_and_silence_up_to_now():
    times = np.array([0, 10, 50, 60], np.int64)
    broken = np.array([False, False, True, False])
    assert curve_gaps(times, broken, Window(0, 100, 100), 20) == [(10, 50), (60, 100)]
    assert curve_gaps(times, broken, Window(30, 70, 65), 20) == [(30, 50)]
    assert curve_gaps(times[:0], broken[:0], Window(0, 100, 100), 20) == []


def test_only_where_every_curve_misses_is_it_missing():
    a, b = [(10, 50), (70, 80)], [(40, 75)]
    assert common([a, b]) == [(40, 50), (70, 75)]
    assert without(a, common([a, b])) == [(10, 40), (75, 80)]
    assert merged([(5, 9), (1, 3), (2, 6)]) == [(1, 9)]


gap_lists = st.lists(st.integers(1, 9), min_size=2, max_size=40).map(
    lambda steps: list(
        zip(np.cumsum(steps)[::2].tolist(), np.cumsum(steps)[1::2].tolist(), strict=False)
    )
)


@given(st.lists(gap_lists, min_size=1, max_size=4))
def test_shared_and_own_gaps_agree_with_counting_moments(of_curves):
    moments = [{n for a, b in gaps for n in range(a, b)} for gaps in of_curves]
    shared = common(of_curves)
    assert {n for a, b in shared for n in range(a, b)} == set.intersection(*moments)
    own = without(of_curves[0], shared)
    assert {n for a, b in own for n in range(a, b)} == moments[0] - set.intersection(*moments)


def test_a_thousand_gaps_cost_no_frame():
    times = np.arange(20_000, dtype=np.int64) * 10
    gaps = curve_gaps(times, np.ones(20_000, np.bool_), Window(0, 200_000, 200_000), 100)
    since = time.thread_time()
    shared = common([gaps] * 8)
    assert without(gaps, shared) == []
    assert time.thread_time() - since < 0.5
    assert curve_gaps(times, np.ones(20_000, np.bool_), Window(0, 10**6, 200_000), 100, 11) == []


def test_runs_of_flagged_samples():
    times = np.arange(6, dtype=np.int64) * 10
    flagged = np.array([False, True, True, False, False, True])
    assert runs(times, flagged) == [(10, 30), (50, 50)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(1, 6000), st.floats(0, 100), st.booleans()),
            min_size=1,
            max_size=40,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_curves_computed_together_are_the_same_as_each_alone(curves):
    envelopes = [
        reduced(np.cumsum([t for t, _, _ in c]), [v for _, v, _ in c], broken=[g for _, _, g in c])
        for c in curves
    ]
    points = together(*envelopes)
    widths = [1.5 + number for number in range(len(curves))]
    dashes = [((1, 0), (6, 3), (2, 3))[number % 3] for number in range(len(curves))]
    found = dashed(columns(points, AREA, widths), AREA, dashes)
    for number, envelope in enumerate(envelopes):
        alone = together(envelope)
        expected = dashed(columns(alone, AREA, [widths[number]]), AREA, [dashes[number]])
        for part, wanted in zip(found.of(number), expected.of(0), strict=True):
            assert np.allclose(part, wanted)
        assert dense(points, AREA)[number] == dense(alone, AREA)[0]
        assert (number in dotted(points)) == bool(dotted(alone))
        runs_alone = polylines(alone, step=False)
        if number in whole(points):
            assert len(runs_alone) == 1
            assert np.array_equal(whole(points)[number], runs_alone[0])
        else:
            assert len(runs_alone) > 1
        some = points.some([number])
        assert np.array_equal(some.x, alone.x)
        assert np.array_equal(some.broken, alone.broken)


def test_a_bundle_knows_its_range_ends_and_gaps():
    early = reduced([0, 100, 200], [1, 2, 3])
    across = reduced([0, 900], [10, 20], broken=[False, True])
    none = reduced([], [])
    found = bundle([early, none, across], 150, 500)
    assert found.members == (0, 2)
    assert found.value_range() == (3.0, 20.0)
    assert found.end_values() == {0: 3.0, 2: 10.0}
    assert found.broken() == {2}
    assert bundle([none], 0, 10).value_range() is None
    assert bundle([none], 0, 10).end_values() == {}
