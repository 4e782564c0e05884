"""Everything on: link, mappers, bus, live buffers, store, and a window beside them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import qasync

from app.bench.ingest_window import FrameReport, LiveWindow, application
from app.bench.peers import Load, bare_rate, broker, start_flood
from app.core.assets import Device
from app.core.errors import UserFacing
from app.core.rows import PointKey, ValueKind
from app.links.registry import build_link, parse_url
from app.profiles.library import Library
from app.services.acquisition import Acquisition, AttachedDevice
from app.services.bus import Bus
from app.services.history import History
from app.services.live import LiveBuffers
from app.services.problems import Problems
from app.services.recorder import Recorder
from app.store.base import Store
from app.store.opening import open_store

PROFILE = "mqtt-json-pole"
CURVES = 8
QUIET_S, FIRST_S = 4.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What became of a load: messages a second, what is missing, frames meanwhile.

    ``offered`` is the rate at which the flood could send, in messages a second.
    """

    messages: int
    offered: float
    seconds: float
    samples: int
    lost_samples: int
    flush_s: float
    cpu_s: float
    frames: FrameReport

    @property
    def rate(self) -> float:
        """Messages a second from the first to the last."""
        return self.messages / self.seconds if self.seconds else 0.0


def ingest(port: int, load: Load) -> Ingested:
    """Run the whole pipeline under qasync while the load comes in."""
    app = application()
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        return runner.run(_ingest(port, load))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """The bare client and everything on, turn about; each in messages a second."""

    pairs: tuple[tuple[float, Ingested], ...]

    @property
    def middle(self) -> tuple[float, Ingested]:
        """The round whose ratio lies in the middle."""
        ranked = sorted(self.pairs, key=lambda pair: pair[1].rate / pair[0])
        return ranked[len(ranked) // 2]

    @property
    def lost_samples(self) -> int:
        """What is missing of all rounds."""
        return sum(found.lost_samples for _, found in self.pairs)

    @property
    def fps(self) -> float:
        """Frames a second in the middle."""
        return median(found.frames.fps for _, found in self.pairs)

    @property
    def p99_ms(self) -> float:
        """The 99th percentile of the frames' distances, of the round in the middle."""
        return median(found.frames.p99_ms for _, found in self.pairs)


def in_turns(load: Load, rounds: int, *, decode: bool = True) -> Rounds:
    """Measure a load so that what else the machine does falls on both sides.

    Raises:
        UserFacing: there is no broker to measure with.
    """
    pairs = []
    for _ in range(rounds):
        with broker() as port:
            limit = bare_rate(port, load, decode=decode)
            pairs.append((limit, ingest(port, load)))
    return Rounds(pairs=tuple(pairs))


def profile_keys(load: Load) -> tuple[list[AttachedDevice], list[PointKey]]:
    """The flood's devices, and the points whose curves the window shows."""
    whole = Library().profile(PROFILE)
    # The flood sends the first points of the profile; its devices have those and no others.
    readable = tuple(point for point in whole.points if "r" in point.access)
    profile = replace(whole, points=readable[: load.values])
    numbers = [f"SP-{index + 1:04d}" for index in range(load.poles)]
    devices = [
        AttachedDevice(
            device=Device(key=number, profile=PROFILE, link="bench", asset=number), profile=profile
        )
        for number in numbers
    ]
    curve = next(p.id for p in profile.points if p.kind is ValueKind.FLOAT and "r" in p.access)
    return devices, [PointKey(device=number, point=curve) for number in numbers[:CURVES]]


async def _ingest(port: int, load: Load) -> Ingested:
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
        counters = acquisition.link_counters("bench")
        await link.open()
        flood = start_flood(port, load)
        try:
            cpu = time.process_time()
            start, end = await _until_all(lambda: counters.rows, load.messages)
            cpu = time.process_time() - cpu
            await store.flush()
            flushed = time.perf_counter()
            stored = await _stored_rows(store, devices, keys[0].point)
            sent, _ = await asyncio.to_thread(flood.communicate)
        finally:
            flood.kill()
            await window.close()
            await acquisition.close()
            await link.close()
            recorder.close()
            await store.close()
    return Ingested(
        messages=counters.rows,
        offered=float(json.loads(sent)["rate"]),
        seconds=end - start,
        samples=recorder.samples,
        lost_samples=(load.messages - stored) * load.values,
        flush_s=flushed - end,
        cpu_s=cpu,
        frames=FrameReport.of(window.frames.moments, start + 0.2, end),
    )


async def _stored_rows(store: Store, devices: list[AttachedDevice], point: str) -> int:
    """Rows that can be read back: one point of each device, every sample of it once."""
    keys = [PointKey(device=attached.device.key, point=point) for attached in devices]
    return sum([len(await store.read(key, 0, 1 << 62)) for key in keys])


async def _until_all(rows: Callable[[], int], wanted: int) -> tuple[float, float]:
    """Moments of the first and of the last message, looked at every 5 ms.

    Raises:
        UserFacing: none comes at all.
    """
    began = time.perf_counter()
    start = last_change = 0.0
    seen = 0
    while seen < wanted:
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        if rows() != seen:
            start = start or now
            seen, last_change = rows(), now
        elif start and now - last_change > QUIET_S:
            break
        elif not start and now - began > FIRST_S:
            raise UserFacing(f"No message came within {FIRST_S:g} s.", action="Run it again.")
    return start, last_change
