"""While a window exists, cycles go on the main thread and on no other."""

import gc
import threading
import weakref

from app.bridge.collector import Collector


class Cycle:
    def __init__(self, ended):
        self.me = self
        self.ended = ended

    def __del__(self):
        self.ended.append(threading.current_thread())


def allocate_much():
    return [[] for _ in range(200_000)]


def test_another_thread_never_collects(qapp, qtbot):
    collector = Collector()
    ended = []
    gone = weakref.ref(Cycle(ended))
    thread = threading.Thread(target=allocate_much)
    thread.start()
    thread.join()
    assert not ended
    kept = allocate_much()
    qtbot.waitUntil(lambda: gone() is None, timeout=10_000)
    assert ended == [threading.main_thread()]
    assert kept
    collector.close()
    assert gc.isenabled()
