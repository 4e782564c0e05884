"""While a window exists, Qt objects in reference cycles end on the main thread and on no other."""

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from app.bridge.collector import Collector


class Knot(QObject):
    def __init__(self, ended: list[threading.Thread]) -> None:
        super().__init__()
        self.myself = self
        self._ended = ended

    def __del__(self) -> None:
        self._ended.append(threading.current_thread())


def allocate_much() -> list[list[int]]:
    return [[index] for index in range(200_000)]


@pytest.fixture
def collector(qapp):
    collector = Collector()
    yield collector
    collector.close()


def test_another_thread_never_collects(collector, qtbot) -> None:
    ended: list[threading.Thread] = []
    for _ in range(50):
        Knot(ended)
    worker = threading.Thread(target=allocate_much)
    worker.start()
    worker.join()
    assert ended == []
    kept = allocate_much()
    qtbot.waitUntil(lambda: len(ended) == 50, timeout=10_000)
    assert set(ended) == {threading.main_thread()}
    assert kept


@pytest.mark.parametrize("on", [True, False])
def test_the_work_is_given_back_as_it_was(qapp, on: bool) -> None:
    if not on:
        gc.disable()
    try:
        Collector().close()
        assert gc.isenabled() is on
    finally:
        gc.enable()
