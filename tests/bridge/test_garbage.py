"""Qt objects in reference cycles end on the window's thread, whoever allocates."""

import gc
import threading

import pytest
from PySide6.QtCore import QObject, QThread

from app.bridge.garbage import GarbageOnThisThread


class Knot(QObject):
    def __init__(self, ended: list[bool]) -> None:
        super().__init__()
        self.myself = self
        self._ended = ended
        self._home = QThread.currentThread()

    def __del__(self) -> None:
        self._ended.append(QThread.currentThread() is self._home)


@pytest.fixture
def garbage(qapp):
    keeper = GarbageOnThisThread()
    yield keeper
    keeper.stop()


def test_another_thread_never_collects(garbage, qtbot) -> None:
    ended: list[bool] = []
    for _ in range(50):
        Knot(ended)
    worker = threading.Thread(target=lambda: [[index] for index in range(200_000)])
    worker.start()
    worker.join()
    assert ended == []
    [[index] for index in range(2000)]
    gc.collect()
    assert len(ended) == 50


def test_garbage_is_collected_by_and_by(garbage, qtbot) -> None:
    ended: list[bool] = []
    for _ in range(2000):
        Knot(ended)
    qtbot.waitUntil(lambda: len(ended) == 2000, timeout=5000)


def test_the_collector_is_given_back(qapp) -> None:
    before = gc.isenabled()
    GarbageOnThisThread().stop()
    assert gc.isenabled() is before
