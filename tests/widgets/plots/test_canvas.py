"""The canvas: what it paints, and that mouse, wheel, drop and keyboard do the same things."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.bridge.plot_board import ExportRequest
from app.bridge.plot_layout import Target
from app.bridge.plot_points import MIME_POINTS, mime_lines
from app.core.rows import PointKey
from tests.fakes.plot_source import SECOND
from tests.fakes.qt_loop import TurnWatch
from tests.fakes.waiting import until
from tests.widgets.plots.conftest import DIM, LEVEL, PM1, PM2, TEMP, frame
from widgets.plots.canvas import PlotCanvas
from widgets.plots.menu import build_menu
from widgets.plots.paint_cursors import flag_rect
from widgets.plots.scroll import PlotScroll
from widgets.plots.style import PlotStyle

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return raw[:, : image.width() * 4].reshape(image.height(), image.width(), 4)[:, :, 2::-1]


def near(image: QImage, color: str, reach: int = 90) -> np.ndarray:
    """Where a picture has about this colour."""
    wanted = QColor(color)
    rgb = np.array([wanted.red(), wanted.green(), wanted.blue()], np.int64)
    return np.abs(pixels(image).astype(np.int64) - rgb).sum(axis=2) < reach


def inside(canvas: PlotCanvas, mask: np.ndarray, plot: int = 0) -> np.ndarray:
    rect = canvas.shown_scene.plots[plot].rect.toRect()
    return mask[rect.top() + 2 : rect.bottom() - 1, rect.left() + 2 : rect.right() - 1]


def drop(canvas: PlotCanvas, keys: list[PointKey], at: QPointF) -> None:
    mime = QMimeData()
    mime.setData(MIME_POINTS, mime_lines(keys))
    action, button = Qt.DropAction.CopyAction, LEFT
    enter = QDragEnterEvent(at.toPoint(), action, mime, button, NONE)
    QApplication.sendEvent(canvas, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(canvas, QDropEvent(at, action, mime, button, NONE))


def wheel(canvas: PlotCanvas, at: QPointF, notches: int, modifiers=NONE) -> None:
    upright = False
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, upright,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def middle(canvas: PlotCanvas, plot: int = 0) -> QPointF:
    return canvas.shown_scene.plots[plot].rect.center()


# What is painted


@pytest.mark.parametrize("style", [PlotStyle.light(), PlotStyle.dark()], ids=["light", "dark"])
def test_both_themes_paint_each_curve_in_its_colour(canvas, board, style):
    board.add_points([PM1, PM2])
    board.model.select(None)
    canvas.set_style(style)
    image = frame(canvas)
    for colour in style.curves[:2]:
        columns = inside(canvas, near(image, colour)).any(axis=0)
        assert columns.mean() > 0.95
    assert QColor(image.pixel(400, 3)).name().upper() == style.background


def test_a_gap_is_never_bridged(canvas, board, source):
    times, values = source.times[PM1], source.values[PM1]
    keep = (np.arange(900) < 500) | (np.arange(900) > 700)
    source.put(PM1, times[keep], values[keep])
    board.add_points([PM1])
    image = frame(canvas)
    plot = canvas.shown_scene.plots[0]
    assert len(plot.gaps) == 1
    area = plot.curves[0].area
    a, b = (round(area.px(ns)) for ns in plot.gaps[0])
    curve = near(image, canvas.style_now.curves[0])
    top, bottom = plot.rect.toRect().top(), plot.rect.toRect().bottom()
    assert not curve[top:bottom, a + 3 : b - 3].any()
    assert curve[top:bottom, a - 20 : a - 3].any()
    assert near(image, canvas.style_now.hatch)[top:bottom, a + 3 : b - 3].any()


def test_a_bad_sample_breaks_the_line_of_a_sparse_curve(canvas, board, source, clock):
    source.max_gap_ns = 0
    times = clock.now_ns - np.arange(10)[::-1] * 60 * SECOND
    values = np.full(10, 20.0)
    values[5] = np.nan
    source.put(LEVEL, times, values)
    board.add_points([LEVEL])
    image = frame(canvas)
    area = canvas.shown_scene.plots[0].curves[0].area
    left, right = round(area.px(int(times[4]))), round(area.px(int(times[6])))
    curve = near(image, canvas.style_now.curves[0])
    row = curve[round(area.py(20.0)) - 2 : round(area.py(20.0)) + 3]
    assert not row[:, left + 6 : right - 6].any()
    assert row[:, right + 6 : right + 30].any()


def test_one_of_two_curves_missing_is_a_lane_in_its_colour(canvas, board, source):
    times, values = source.times[PM2], source.values[PM2]
    keep = (np.arange(900) < 500) | (np.arange(900) > 600)
    source.put(PM2, times[keep], values[keep])
    board.add_points([PM1, PM2])
    frame(canvas)
    plot = canvas.shown_scene.plots[0]
    assert plot.gaps == []
    lanes = {curve.curve.key: len(curve.lanes) for curve in plot.curves}
    assert lanes == {PM1: 0, PM2: 1}


def test_silence_up_to_now_is_a_gap_after_three_periods(canvas, board, clock):
    board.add_points([PM1])
    clock.advance(3)
    frame(canvas)
    assert canvas.shown_scene.plots[0].gaps == []
    clock.advance(60)
    frame(canvas)
    ((a, b),) = canvas.shown_scene.plots[0].gaps
    assert b - a >= 60 * SECOND


def test_a_detached_window_misses_nothing_that_was_only_not_read_yet(canvas, board, source, clock):
    times = clock.now_ns - np.arange(60_000)[::-1] * SECOND // 100
    source.put(PM1, times, np.ones(60_000))
    board.add_points([PM1])
    for minutes in (9, 7, 5, 3):
        board.time.show(clock.now_ns - minutes * 60 * SECOND, clock.now_ns - 60 * SECOND)
        frame(canvas)
        assert canvas.shown_scene.plots[0].gaps == []


def test_one_sample_an_hour_is_drawn_as_dots(canvas, board, source, clock):
    source.max_gap_ns = 0
    source.put(LEVEL, clock.now_ns - np.arange(5)[::-1] * 3600 * SECOND, [1, 2, 3, 4, 5])
    board.add_points([LEVEL])
    board.time.set_span(6 * 3600 * SECOND)
    image = frame(canvas)
    found = inside(canvas, near(image, canvas.style_now.curves[0]))
    rows = found.sum(axis=0)
    assert (rows >= 5).sum() >= 4 * 3


def test_a_set_point_is_drawn_as_steps(canvas, board, source):
    source.max_gap_ns = 0
    board.add_points([DIM])
    image = frame(canvas)
    area = canvas.shown_scene.plots[0].curves[0].area
    found = near(image, canvas.style_now.curves[0], reach=200)
    for value in (40.0, 80.0):
        y = round(area.py(value))
        share = inside(canvas, found)[y - round(area.y) - 4 : y - round(area.y) + 1].any(axis=0)
        assert share.mean() > 0.4
    between = round((area.py(40) + area.py(80)) / 2 - area.y) - 2
    assert inside(canvas, found)[between].mean() < 0.08


def test_beyond_a_limit_the_span_is_filled(canvas, board):
    board.add_points([PM2])
    frame(canvas)
    plot = canvas.shown_scene.plots[0]
    assert plot.limits
    assert plot.violated
    assert all(priority == 3 for _, priority in plot.violated)


def test_direct_labels_stand_apart_and_inside(canvas, board):
    from widgets.plots.paint_marks import labels_of

    board.add_points([PM1, PM2])
    frame(canvas)
    plot = canvas.shown_scene.plots[0]
    places = sorted(label.at for label in labels_of(plot, canvas.style_now))
    assert len(places) == 3
    assert min(np.diff(places)) >= 18
    assert plot.rect.top() <= places[0] <= places[-1] <= plot.rect.bottom()


def test_the_axis_does_not_flicker_while_values_wander(canvas, board, source, clock):
    board.add_points([PM1])
    frame(canvas)
    first = canvas.shown_scene.plots[0].axes[0][1]
    for n in range(30):
        clock.advance(1)
        source.append(PM1, clock.now_ns, 30 + 7.5 * (-1) ** n)
        frame(canvas)
        assert canvas.shown_scene.plots[0].axes[0][1] == first


def test_all_plots_share_time_and_left_margin(canvas, board):
    board.add_points([PM1])
    board.add_points([TEMP])
    board.add_points([DIM], Target(plot=1))
    frame(canvas)
    rects = [plot.rect for plot in canvas.shown_scene.plots]
    assert len({(rect.left(), rect.right()) for rect in rects}) == 1


# The same by mouse and by keyboard


def test_dropping_follows_the_rules_and_undo_takes_it_back(canvas, board):
    drop(canvas, [PM1], QPointF(300, 200))
    frame(canvas)
    drop(canvas, [PM2], middle(canvas))
    drop(canvas, [TEMP], middle(canvas))
    frame(canvas)
    plot = canvas.shown_scene.plots[0]
    drop(canvas, [DIM], QPointF(300, plot.band.bottom() - 2))
    layout = board.layout
    assert [[a.unit for a in p.axes] for p in layout.plots] == [["µg/m³", "°C"], ["%"]]
    by_keyboard = type(board.model)()
    by_keyboard.add([(PM1, "µg/m³")], Target())
    by_keyboard.add([(PM2, "µg/m³")], Target(plot=1))
    by_keyboard.add([(TEMP, "°C")], Target(plot=1))
    by_keyboard.add([(DIM, "%")], Target(before=1))
    assert by_keyboard.layout == layout
    canvas.setFocus()
    for _ in range(4):
        QApplication.sendEvent(canvas, key_event(Qt.Key.Key_Z, CTRL))
    assert board.layout.plots == ()


def key_event(key: Qt.Key, modifiers=NONE, text: str = ""):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)


def test_dropped_on_the_axis_a_point_has_its_own(canvas, board):
    board.add_points([PM1])
    frame(canvas)
    rect = canvas.shown_scene.plots[0].rect
    drop(canvas, [PM2], QPointF(rect.left() - 20, rect.center().y()))
    assert [a.unit for a in board.layout.plots[0].axes] == ["µg/m³", "µg/m³"]


def test_what_cannot_be_plotted_is_said(canvas, board, qtbot):
    text = PointKey(device="SP-1/screen", point="message")
    with qtbot.waitSignal(canvas.rejected) as caught:
        drop(canvas, [text], QPointF(300, 200))
    assert caught.args == [[text]]
    assert board.layout.plots == ()


def test_a_curve_goes_to_the_plot_below_by_key_and_by_menu(canvas, board):
    board.add_points([PM1])
    board.add_points([PM2])
    frame(canvas)
    board.model.select(PM1)
    QApplication.sendEvent(canvas, key_event(Qt.Key.Key_Down, CTRL))
    assert [len(p.curves()) for p in board.layout.plots] == [2]
    board.model.undo()
    menu = build_menu(canvas, QPointF(), keyboard=True)
    next(a for a in menu.actions() if a.text() == "Move to plot below").trigger()
    assert [len(p.curves()) for p in board.layout.plots] == [2]
    menu.close()


def test_wheel_zooms_at_the_mouse_and_detaches_and_f_returns(canvas, board):
    board.add_points([PM1])
    frame(canvas)
    area = canvas.shown_scene.plots[0].curves[0].area
    at = QPointF(area.x + 100, area.y + 50)
    before = area.time(at.x())
    wheel(canvas, at, 2)
    frame(canvas)
    assert not board.time.following
    now_there = canvas.shown_scene.plots[0].curves[0].area.time(at.x())
    assert abs(now_there - before) <= 2 * canvas.shown_scene.ns_per_px
    QApplication.sendEvent(canvas, key_event(Qt.Key.Key_F))
    assert board.time.following


def test_shift_and_wheel_zoom_values_and_0_gives_them_back(canvas, board):
    board.add_points([PM1])
    frame(canvas)
    automatic = canvas.shown_scene.plots[0].axes[0][1]
    wheel(canvas, middle(canvas), 3, SHIFT)
    frame(canvas)
    assert canvas.shown_scene.plots[0].axes[0][1].span < automatic.span
    QApplication.sendEvent(canvas, key_event(Qt.Key.Key_0, text="0"))
    frame(canvas)
    assert canvas.shown_scene.plots[0].axes[0][1] == automatic


def test_dragging_pans_and_so_do_the_arrow_keys(canvas, board, qtbot):
    board.add_points([PM1])
    frame(canvas)
    start = board.time.view().start_ns
    at = middle(canvas).toPoint()
    qtbot.mousePress(canvas, LEFT, NONE, at)
    qtbot.mouseMove(canvas, at + QPoint(20, 0))
    qtbot.mouseMove(canvas, at + QPoint(100, 0))
    qtbot.mouseRelease(canvas, LEFT, NONE, at + QPoint(100, 0))
    moved = board.time.view().start_ns - start
    assert moved == pytest.approx(-100 * canvas.shown_scene.ns_per_px, rel=0.02)
    QApplication.sendEvent(canvas, key_event(Qt.Key.Key_Right))
    assert board.time.view().start_ns > start + moved


def test_space_pauses_and_runs_again(canvas, board, clock):
    board.add_points([PM1])
    frame(canvas)
    QApplication.sendEvent(canvas, key_event(Qt.Key.Key_Space))
    assert board.time.paused
    held = board.time.view()
    clock.advance(30)
    frame(canvas)
    assert board.time.view() == held
    QApplication.sendEvent(canvas, key_event(Qt.Key.Key_Space))
    assert board.time.view().end_ns == clock.now_ns


def test_a_cursor_moves_by_mouse_and_by_keys_and_the_table_follows(canvas, board, qtbot, qt_loop):
    board.add_points([PM1, PM2])
    frame(canvas)

    async def go() -> None:
        QApplication.sendEvent(canvas, key_event(Qt.Key.Key_X, SHIFT))
        assert canvas.measuring
        a, b = board.cursors
        frame(canvas)
        scene = canvas.shown_scene
        x = scene.plots[0].rect.left() + (a - scene.view.start_ns) / scene.ns_per_px
        at = flag_rect(scene, x).center().toPoint()
        qtbot.mousePress(canvas, LEFT, NONE, at)
        qtbot.mouseMove(canvas, at + QPoint(40, 0))
        qtbot.mouseRelease(canvas, LEFT, NONE, at + QPoint(40, 0))
        by_mouse = board.cursors[0] - a
        assert by_mouse == pytest.approx(40 * scene.ns_per_px, abs=2 * scene.ns_per_px)
        QApplication.sendEvent(canvas, key_event(Qt.Key.Key_Left, SHIFT))
        assert board.cursors[0] == a + by_mouse - 10 * scene.ns_per_px
        QApplication.sendEvent(canvas, key_event(Qt.Key.Key_B))
        QApplication.sendEvent(canvas, key_event(Qt.Key.Key_Right))
        assert board.cursors[1] == b + scene.ns_per_px
        await until(lambda: board.table.a_ns == board.cursors[0])
        assert [info.key for info, _ in board.table.rows] == [PM1, PM2]
        assert board.table.rows[0][1].samples == pytest.approx(board.table.delta_s, abs=2)
        QApplication.sendEvent(canvas, key_event(Qt.Key.Key_Escape))
        assert board.cursors is None
        await board.close()

    qt_loop.run_until_complete(go())


def test_the_crosshair_follows_mouse_and_keys(canvas, board, qtbot):
    board.add_points([PM1])
    frame(canvas)
    QApplication.sendEvent(canvas, key_event(Qt.Key.Key_X))
    at = middle(canvas).toPoint()
    qtbot.mouseMove(canvas, at)
    qtbot.mouseMove(canvas, at + QPoint(30, 0))
    scene = canvas.shown_scene
    there = canvas.crosshair_ns
    assert there == pytest.approx(
        scene.plots[0].curves[0].area.time(at.x() + 30), abs=2 * scene.ns_per_px
    )
    QApplication.sendEvent(canvas, key_event(Qt.Key.Key_Right))
    assert canvas.crosshair_ns == there + scene.ns_per_px
    assert frame(canvas) is not None


def test_a_click_selects_the_curve_and_delete_removes_it(canvas, board, qtbot):
    board.add_points([PM1, PM2])
    frame(canvas)
    curve = canvas.shown_scene.plots[0].curves[0]
    x = middle(canvas).x()
    index = int(curve.envelope.time_ns.searchsorted(curve.area.time(x)))
    at = QPointF(x, curve.area.py(float(curve.envelope.high[index]))).toPoint()
    qtbot.mouseClick(canvas, LEFT, NONE, at)
    assert board.model.selected == PM1
    QApplication.sendEvent(canvas, key_event(Qt.Key.Key_Delete))
    assert board.layout.keys() == [PM2]


# Files


def test_export_asks_for_exactly_what_is_visible(canvas, board, qtbot):
    board.add_points([PM1])
    board.add_points([TEMP])
    frame(canvas)
    board.time.show(1000 * SECOND, 1060 * SECOND)
    with qtbot.waitSignal(board.export_requested) as caught:
        menu = build_menu(canvas, QPointF(300, 100))
        next(a for a in menu.actions() if a.text().startswith("Export what is")).trigger()
    menu.close()
    assert caught.args == [
        ExportRequest(keys=(PM1, TEMP), start_ns=1000 * SECOND, end_ns=1060 * SECOND + 1)
    ]


def test_export_between_the_cursors_takes_their_range(canvas, board, qtbot, qt_loop):
    board.add_points([PM1])
    frame(canvas)

    async def go() -> None:
        board.set_cursors((70 * SECOND, 20 * SECOND))
        with qtbot.waitSignal(board.export_requested) as caught:
            board.request_export(1, between_cursors=True)
        assert caught.args == [
            ExportRequest(keys=(PM1,), start_ns=20 * SECOND, end_ns=70 * SECOND + 1)
        ]
        await board.close()

    qt_loop.run_until_complete(go())


def test_the_picture_is_saved_as_png_and_svg(canvas, board, tmp_path: Path):
    board.add_points([PM1])
    frame(canvas)
    for name in ("picture.png", "picture.svg"):
        assert canvas.save_picture(tmp_path / name)
    image = QImage(str(tmp_path / "picture.png"))
    assert (image.width(), image.height()) == (2 * canvas.width(), 2 * canvas.height())
    assert near(image, canvas.style_now.curves[0]).any()
    svg = (tmp_path / "picture.svg").read_text("utf-8")
    assert "PM2.5" in svg
    assert canvas.style_now.curves[0].lower() in svg.lower()
    assert not canvas.save_picture(tmp_path / "missing" / "picture.png")


# Around it


def test_a_hidden_canvas_pulls_nothing(canvas, board, source):
    canvas.hide()
    canvas.show()
    assert board.feed.active
    canvas.hide()
    source.calls.clear()
    assert not board.feed.active
    assert not source.calls


def test_the_spoken_summary_names_last_minimum_maximum_and_tendency(canvas, board, source):
    source.values[PM1][-630:] = np.concatenate((np.full(50, 12.0), np.linspace(12, 31, 580)))
    board.add_points([PM1])
    frame(canvas)
    assert board.summary(PM1) == "PM2.5 SP-1, last 31.0 µg/m³, min 12.0, max 31.0, rising"
    canvas.setFocus()
    QApplication.sendEvent(canvas, key_event(Qt.Key.Key_F))
    canvas._describe()
    assert "rising" in canvas.accessibleDescription()
    assert canvas.accessibleName()


def test_a_layout_comes_back_through_the_board(canvas, board):
    board.add_points([PM1, PM2])
    board.add_points([TEMP], Target(plot=1))
    saved = board.save()
    before = board.layout
    board.model.remove_plot(1)
    board.restore(saved)
    assert board.layout == before


def test_many_plots_scroll_instead_of_shrinking(canvas, board, qtbot):
    scroll = PlotScroll(canvas)
    qtbot.addWidget(scroll)
    scroll.resize(936, 480)
    scroll.show()
    board.feed.set_active(False)
    for key in (PM1, PM2, TEMP, DIM):
        board.add_points([key])
        board.add_points([key])
    assert canvas.height() > 480
    assert min(p.rect.height() for p in canvas.scene().plots) >= 90
    scroll.takeWidget()


def test_streaming_keeps_every_turn_under_50_ms(qtbot, board, source, clock, qt_loop):
    board.add_points([PM1, PM2])
    board.add_points([TEMP])
    shown = PlotCanvas(board)
    qtbot.addWidget(shown)
    shown.resize(1400, 640)

    async def go() -> float:
        shown.show()
        await until(lambda: shown.last_frame_ms and not board.feed.loading)
        watch = TurnWatch()
        for n in range(40):
            clock.advance(0.05)
            for key in (PM1, PM2, TEMP):
                source.append(key, clock.now_ns, 20.0 + n % 5)
            shown.last_frame_ms = 0.0
            await until(lambda: shown.last_frame_ms)
        longest = watch.stop()
        await asyncio.sleep(0)
        shown.hide()
        await board.close()
        return longest

    assert qt_loop.run_until_complete(go()) < 0.05
