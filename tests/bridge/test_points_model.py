"""The tree of points: shape, values, search, and that nothing exists that is not looked at."""

import time

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.bridge.points_model import AGE, MIME, TITLE, UNIT, VALUE, PointsModel
from app.bridge.points_rows import Role
from app.core.quality import Quality
from app.core.rows import PointKey
from tests.bridge.catalogues import NOW, FakeLatest, district

POWER = PointKey(device="SP-00002/lamp1", point="power")


@pytest.fixture
def live():
    return FakeLatest()


@pytest.fixture
def model(live, qapp):
    made = PointsModel(live, lambda: NOW)
    made.set_catalogue(district(4))
    return made


def row_of(model, key):
    index = model.find(key)
    assert index.isValid()
    return [index.siblingAtColumn(column).data() for column in range(4)]


def children(model, index):
    return [model.index(row, 0, index) for row in range(model.rowCount(index))]


def test_it_is_a_valid_model(model):
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.search("power")
    model.search("")
    model.set_catalogue(district(7))
    assert tester.model() is model


def test_a_lone_device_has_its_points_at_the_asset(model):
    first, second = model.index(0, 0), model.index(1, 0)
    assert [child.data() for child in children(model, first)] == ["PM2.5"]
    assert [child.data() for child in children(model, second)] == ["lamp1", "lamp2", "air"]
    lamp = children(model, second)[0]
    assert [child.data() for child in children(model, lamp)][:2] == ["Lamp power", "Dim set-point"]
    assert model.parent(children(model, lamp)[0]) == lamp
    assert model.parent(lamp) == second
    assert model.parent(second) == QModelIndex()


def test_values_units_and_ages(model, live):
    live.put(POWER, 120.64, age_s=61)
    assert row_of(model, POWER) == ["Lamp power", "120.6", "W", "1 min"]
    door = PointKey(device="SP-00002/lamp1", point="door")
    live.put(door, 1)
    assert row_of(model, door)[VALUE] == "open"
    assert row_of(model, PointKey(device="SP-00002/air", point="pm25")) == [
        "PM2.5",
        "–",
        "µg/m³",
        "",
    ]


def test_stale_begins_at_three_periods_and_recovers(model, live):
    index = model.find(POWER)
    live.put(POWER, 1.0, age_s=3.0)
    assert index.data(Role.STALE) is False
    live.put(POWER, 1.0, age_s=3.01)
    assert index.data(Role.STALE) is True
    live.put(POWER, 1.0)
    assert index.data(Role.STALE) is False


def test_a_bad_value_is_never_shown(model, live):
    live.put(POWER, 999.0, quality=Quality.BAD_RANGE)
    assert row_of(model, POWER)[VALUE] == "–"
    assert row_of(model, POWER)[AGE] == "✕ bad"
    assert model.find(POWER).data(Role.BAD) is True


def test_a_value_that_stands_still_is_shown_and_said_to_be_frozen(model, live):
    live.put(POWER, 12.0, quality=Quality.UNCERTAIN_FROZEN)
    assert row_of(model, POWER)[VALUE] == "12.0"
    assert row_of(model, POWER)[AGE] == "≈ frozen"


def test_set_point_and_feedback_are_marked(model):
    device = POWER.device
    roles = [
        model.find(PointKey(device=device, point=point)).data(Role.MARK)
        for point in ("dim_command", "dim_level", "power")
    ]
    assert roles == ["setpoint", "feedback", ""]


@pytest.mark.parametrize(
    ("text", "assets", "first_points"),
    [
        ("power", 2, ["Lamp power"]),
        ("灯具", 2, ["Lamp power"]),
        ("细颗粒", 4, ["PM2.5"]),
        ("sp-00003", 1, ["PM2.5"]),
        ("jiefang power", 2, ["Lamp power"]),
        ("LAMP2 door", 2, ["Door"]),
        ("nowhere", 0, []),
    ],
)
def test_search_finds_every_word_somewhere(model, text, assets, first_points):
    model.search(text)
    assert model.shown() == (assets, 4)
    if assets:
        index = model.index(0, 0)
        while model.rowCount(model.index(0, 0, index)):
            index = model.index(0, 0, index)
        assert [child.data() for child in children(model, index)] == first_points


def test_a_tick_announces_only_what_changed(model, live, qtbot):
    rows = [model.find(POWER), model.find(PointKey(device="SP-00002/lamp1", point="dim_level"))]
    model.refresh(rows)
    assert model.refresh(rows) == 0
    live.put(POWER, 1.0)
    with qtbot.waitSignal(model.dataChanged) as changed:
        assert model.refresh(rows) == 1
    first, last = changed.args[:2]
    assert (first.row(), first.column(), last.column()) == (rows[0].row(), TITLE, AGE)


def test_checking_asks_for_a_plot_and_the_plots_decide(model, qtbot):
    index = model.find(POWER)
    with qtbot.waitSignal(model.plot_requested) as asked:
        model.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert asked.args == [POWER, True]
    assert index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    model.set_curves({POWER: 3})
    assert index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    assert index.data(Role.CURVE) == 3


def test_points_travel_as_their_keys(model):
    index = model.find(POWER)
    data = model.mimeData([index, index.siblingAtColumn(UNIT), model.index(0, 0)])
    assert bytes(data.data(MIME).data()).decode() == "SP-00002/lamp1/power"


def test_fifty_thousand_assets_cost_what_is_seen(live, qapp):
    catalogue = district(50_000, lamps=1)
    model = PointsModel(live, lambda: NOW)
    before = time.process_time()
    model.set_catalogue(catalogue)
    rows = [model.index(row, 0) for row in range(40)]
    titles = [row.data() for row in rows]
    assert time.process_time() - before < 1.0
    assert titles[0] == "SP-00001 Jiefang Rd 1"
    assert live.asked == 0
    before = time.process_time()
    model.search("sp-4999 power")
    assert model.shown() == (5, 50_000)
    assert time.process_time() - before < 1.0


def test_chinese_titles_where_the_language_is_chinese(live, qapp):
    model = PointsModel(live, lambda: NOW)
    model.set_catalogue(district(2, language="zh_CN"))
    assert row_of(model, POWER)[TITLE] == "灯具功率"
