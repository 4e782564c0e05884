"""latency: from the value's time stamp on the wire to the frame that painted it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import qasync

from app.bench.ingest_pipeline import profile_keys
from app.bench.ingest_window import LiveWindow, application
from app.bench.peers import Load, broker, start_flood
from app.bench.report import BenchLine, Emit
from app.core.errors import UserFacing
from app.core.rows import PointKey
from app.links.registry import build_link, parse_url
from app.services.acquisition import Acquisition
from app.services.bus import Bus
from app.services.history import History
from app.services.live import LiveBuffers
from app.services.problems import Problems
from app.services.recorder import Recorder
from app.store.opening import open_store

VALUES, RATE = 40, 20_000
FRAME_MS = 16.0
REACH_MS = 50.0
SETTLE_S = 0.2


class Painted:
    """Which samples each frame painted for the first time, and how old they were then."""

    def __init__(self, live: LiveBuffers, window: LiveWindow, keys: list[PointKey]) -> None:
        self._live = live
        self._window = window
        self._taken = dict.fromkeys(keys, 0)
        self._pending: list[int] = []
        self.ages_ms: list[float] = []
        self.arrivals_ms: list[float] = []
        window.board.frame_changed.connect(self._frame)

    def _frame(self, _keys: list[object]) -> None:
        """The feed has just taken what memory holds; the paint of it follows."""
        self._settle()
        for key, since in self._taken.items():
            series = self._live.window(key, since + 1, 1 << 62)
            if len(series):
                self._taken[key] = int(series.source_ns[-1])
                self._pending += series.source_ns.tolist()
                self.arrivals_ms += ((series.received_ns - series.source_ns) / 1e6).tolist()

    def _settle(self) -> None:
        moments = self._window.frames.moments
        if not moments or not self._pending:
            return
        painted_ns = time.time_ns() - int((time.perf_counter() - moments[-1]) * 1e9)
        painted_ns += int(self._window.canvas.last_frame_ms * 1e6)
        self.ages_ms += [(painted_ns - source) / 1e6 for source in self._pending]
        self._pending.clear()


async def _measure(port: int, load: Load) -> Painted:
    devices, keys = profile_keys(load)
    with TemporaryDirectory() as folder:
        store = await open_store("sqlite://" + (Path(folder) / "bench.db").as_posix())
        bus, live = Bus(), LiveBuffers()
        bus.subscribe(live.take)
        recorder = Recorder(bus, store, Problems())
        acquisition = Acquisition(bus)
        link = build_link("bench", parse_url(f"mqtt://127.0.0.1:{port}/wayside/#?qos=0"))
        acquisition.attach(link, devices)
        window = LiveWindow(History(live, store), keys)
        painted = Painted(live, window, keys)
        await link.open()
        flood = start_flood(port, load)
        try:
            await asyncio.to_thread(flood.communicate)
            await asyncio.sleep(SETTLE_S)
        finally:
            flood.kill()
            await window.close()
            await acquisition.close()
            await link.close()
            recorder.close()
            await store.close()
    return painted


def run(emit: Emit, quick: bool) -> None:
    """20,000 values a second for some seconds.

    Raises:
        UserFacing: there is no broker to measure with, or nothing came.
    """
    rate = RATE / VALUES
    load = Load(messages=int(rate * (5 if quick else 20)), values=VALUES, rate=rate)
    app = application()
    with (
        broker() as port,
        asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner,
    ):
        painted = runner.run(_measure(port, load))
    if not painted.ages_ms:
        raise UserFacing("No value came from the wire to a frame.", action="Run it again.")
    value = float(np.percentile(painted.ages_ms, 99))
    limit = float(np.percentile(painted.arrivals_ms, 99)) + FRAME_MS
    emit(
        BenchLine(
            bench="latency",
            work="wire to painted pixels, p99 at 20,000 values/s",
            value=value,
            unit="ms",
            limit=limit,
            ratio=value / limit,
            reach="<= 50 ms (limit: arrival p99 and one frame)",
            ok=value <= REACH_MS,
        )
    )
