"""A canvas over plain arrays: two assets, two quantities, a clock that stands."""

import numpy as np
import pytest

from app.bridge.plot_board import PlotBoard
from app.bridge.plot_points import PlotLimit, PointInfo
from app.core.rows import PointKey
from tests.fakes.plot_source import SECOND, ArraySource, Clock, Directory
from tests.fakes.qt_loop import qt_loop  # noqa: F401 - a fixture
from widgets.plots.canvas import PlotCanvas

PM1 = PointKey(device="SP-1/weather", point="pm25")
PM2 = PointKey(device="SP-2/weather", point="pm25")
TEMP = PointKey(device="SP-1/weather", point="temp")
DIM = PointKey(device="SP-1/lamp", point="dim_command")
LEVEL = PointKey(device="MC-1/probe", point="level")
SIZE = (936, 480)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(clock) -> ArraySource:
    found = ArraySource()
    times = clock.now_ns - np.arange(900)[::-1] * SECOND
    wave = np.sin(np.arange(900) / 40)
    found.put(PM1, times, 30 + 8 * wave)
    found.put(PM2, times, 50 + 8 * wave)
    found.put(TEMP, times, 10 + wave)
    found.put(DIM, times[::60], np.where(np.arange(15) % 2, 40.0, 80.0))
    return found


@pytest.fixture
def board(qapp, source, clock) -> PlotBoard:
    limit = PlotLimit(value=55, label="limit")
    directory = Directory(
        PointInfo(key=PM1, title="PM2.5", asset="SP-1", unit="µg/m³", every_s=1, limits=(limit,)),
        PointInfo(key=PM2, title="PM2.5", asset="SP-2", unit="µg/m³", every_s=1, limits=(limit,)),
        PointInfo(key=TEMP, title="Temperature", asset="SP-1", unit="°C", every_s=1),
        PointInfo(key=DIM, title="Dim", asset="SP-1", unit="%", every_s=60, step=True, decimals=0),
        PointInfo(key=LEVEL, title="Level", asset="MC-1", unit="cm", every_s=3600),
    )
    return PlotBoard(source, directory, clock)


@pytest.fixture
def canvas(board, qtbot) -> PlotCanvas:
    """Shown, and its frames driven by the test: the timer is stopped."""
    found = PlotCanvas(board)
    qtbot.addWidget(found)
    found.resize(*SIZE)
    found.show()
    board.feed.set_active(False)
    return found


def frame(canvas: PlotCanvas):
    """One frame: pull, paint, and the picture as an image."""
    # A frame reads for a few milliseconds only: on a busy machine the rest comes with the next.
    for _ in range(1 + len(canvas.board.layout.keys())):
        canvas.board.feed.tick()
    return canvas.grab().toImage()
