"""Points find their place by the rules; every step can be taken back; a layout survives."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bridge import plot_layout as rules
from app.bridge.plot_layout import PlotLayout, Target
from app.bridge.plot_model import PlotModel
from app.core.errors import UserFacing
from app.core.rows import PointKey


def key(asset: str, point: str) -> PointKey:
    return PointKey(device=f"{asset}/weather", point=point)


PM1, PM2 = key("SP-1", "pm25"), key("SP-2", "pm25")
T1, T2, H1 = key("SP-1", "temp"), key("SP-2", "temp"), key("SP-1", "hum")


def shape(layout: PlotLayout) -> list[list[tuple[str, list[PointKey]]]]:
    return [
        [(axis.unit, [curve.key for curve in axis.curves]) for axis in plot.axes]
        for plot in layout.plots
    ]


def test_empty_space_makes_a_new_plot():
    model = PlotModel()
    model.add([(PM1, "µg/m³")], Target())
    model.add([(PM2, "µg/m³")], Target())
    assert shape(model.layout) == [[("µg/m³", [PM1])], [("µg/m³", [PM2])]]


def test_same_unit_joins_the_axis_and_another_makes_a_new_one():
    model = PlotModel()
    model.add([(PM1, "µg/m³")], Target())
    plot = model.layout.plots[0].id
    model.add([(PM2, "µg/m³"), (T1, "°C")], Target(plot=plot))
    assert shape(model.layout) == [[("µg/m³", [PM1, PM2]), ("°C", [T1])]]


def test_dropped_on_an_axis_a_point_has_its_own():
    model = PlotModel()
    model.add([(PM1, "µg/m³")], Target())
    model.add([(PM2, "µg/m³")], Target(plot=model.layout.plots[0].id, own_axis=True))
    assert shape(model.layout) == [[("µg/m³", [PM1]), ("µg/m³", [PM2])]]


def test_several_units_on_empty_space_make_a_plot_each_at_that_place():
    model = PlotModel()
    model.add([(PM1, "µg/m³")], Target())
    model.add([(T1, "°C"), (H1, "%"), (T2, "°C")], Target(before=0))
    assert shape(model.layout) == [[("°C", [T1, T2])], [("%", [H1])], [("µg/m³", [PM1])]]


def test_a_point_stands_on_a_plot_once():
    model = PlotModel()
    model.add([(PM1, "µg/m³")], Target())
    before = model.layout
    model.add([(PM1, "µg/m³")], Target(plot=before.plots[0].id))
    assert model.layout == before


def test_an_asset_keeps_its_colour_in_every_plot():
    model = PlotModel()
    model.add([(PM1, "µg/m³"), (PM2, "µg/m³")], Target())
    model.add([(T2, "°C"), (T1, "°C")], Target())
    colours = {c.key: c.colour for p in model.layout.plots for c in p.curves()}
    assert colours[PM1] == colours[T1]
    assert colours[PM2] == colours[T2]
    assert colours[PM1] != colours[PM2]


def test_two_points_of_an_asset_in_one_plot_differ_and_take_no_other_asset_s_colour():
    model = PlotModel()
    model.add([(PM1, "µg/m³"), (PM2, "µg/m³")], Target())
    model.add([(T1, "°C")], Target(plot=model.layout.plots[0].id))
    colours = [c.colour for c in model.layout.plots[0].curves()]
    assert len(set(colours)) == 3


def test_removing_the_last_curve_removes_axis_and_plot():
    model = PlotModel()
    model.add([(PM1, "µg/m³")], Target())
    model.add([(T1, "°C")], Target(plot=model.layout.plots[0].id))
    model.remove(PM1)
    assert shape(model.layout) == [[("°C", [T1])]]
    model.remove(T1)
    assert model.layout == PlotLayout()


def test_moving_to_a_plot_joins_there_and_leaves_nothing_behind():
    model = PlotModel()
    model.add([(PM1, "µg/m³")], Target())
    model.add([(PM2, "µg/m³")], Target())
    first, second = (plot.id for plot in model.layout.plots)
    model.move(PM2, second, Target(plot=first))
    assert shape(model.layout) == [[("µg/m³", [PM1, PM2])]]
    model.own_axis(PM2, first)
    assert shape(model.layout) == [[("µg/m³", [PM1]), ("µg/m³", [PM2])]]


def test_each_step_is_taken_back_and_done_again():
    model = PlotModel()
    seen = [model.layout]
    model.add([(PM1, "µg/m³")], Target())
    seen.append(model.layout)
    model.add([(T1, "°C")], Target(plot=model.layout.plots[0].id))
    seen.append(model.layout)
    model.remove_plot(model.layout.plots[0].id)
    for expected in reversed(seen):
        model.undo()
        assert model.layout == expected
    model.undo()
    assert model.layout == PlotLayout()
    assert not model.can_undo
    model.redo()
    assert model.layout == seen[1]


def test_selection_follows_what_is_there():
    model = PlotModel()
    fired = []
    model.selection_changed.subscribe(fired.append)
    model.add([(PM1, "µg/m³")], Target())
    assert model.selected == PM1
    model.remove(PM1)
    assert model.selected is None
    assert fired == [PM1, None]


def test_a_saved_layout_comes_back_the_same():
    model = PlotModel()
    model.add([(PM1, "µg/m³"), (PM2, "µg/m³"), (T1, "°C")], Target())
    model.add([(H1, "%")], Target(plot=model.layout.plots[0].id))
    model.fix_range(model.layout.plots[0].id, 1, (20.0, 80.0))
    restored = rules.from_json(rules.to_json(model.layout))
    assert shape(restored) == shape(model.layout)
    assert restored.colours == model.layout.colours
    assert restored.plots[0].axes[1].fixed == (20.0, 80.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "[]",
        "{}",
        '{"version": 2}',
        '{"version": 1, "plots": [[{}]], "colours": {}}',
    ],
)
def test_what_is_no_layout_is_refused_with_a_reason(text):
    with pytest.raises(UserFacing, match="layout"):
        rules.from_json(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(json_values, json_values)
def test_any_json_is_a_layout_or_a_clear_error(plots, colours):
    text = json.dumps({"version": 1, "plots": plots, "colours": colours})
    with contextlib.suppress(UserFacing):
        assert isinstance(rules.from_json(text), PlotLayout)
