"""memory: a district's live buffers for an hour and more, beside the bytes of the rows alone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from app.bench.report import BenchLine, Emit
from app.codecs.rows import row_dtype
from app.core.rows import PointKey, RowBatch, RowLayout, ValueKind
from app.services.live import LiveBuffers

POINTS, EVERY_S, HOUR_S, PART_S = 40, 5, 3600, 600
NS = 1_000_000_000
REACH_BYTES = 1.5e9
FLAT = 1.03


def resident_bytes() -> int:
    """Memory of this process that is in RAM now; Linux only, as this benchmark is."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def run(emit: Emit, quick: bool) -> None:
    """10,000 assets of 40 points, a row each 5 s, for 80 minutes of their time."""
    assets = 1_000 if quick else 10_000
    layouts = [
        RowLayout.make(f"SP-{n:05d}", "5s", {f"p{i}": ValueKind.FLOAT for i in range(POINTS)})
        for n in range(assets)
    ]
    live = LiveBuffers()
    # An hour, and one part of a ring more: only then the first part is let go.
    hour, end = (HOUR_S + PART_S) // EVERY_S, (HOUR_S + PART_S + 600) // EVERY_S
    start_ns = time.time_ns()
    at_hour = 0
    walk = _Walk(layouts, start_ns)
    began = time.process_time()
    for step in range(end):
        live.take(walk.tick(step))
        if step == hour:
            at_hour = resident_bytes()
    took = time.process_time() - began
    after = resident_bytes()
    held_s = _held_s(live, layouts)
    raw = assets * (HOUR_S // EVERY_S) * layouts[0].row_size
    least = max(REACH_BYTES * assets / 10_000, 0.4e9)
    work = f"{assets} assets x {POINTS} points each {EVERY_S} s"
    cores = took / (end * EVERY_S)

    def say(what: str, unit: str, pair: tuple[float, float], reach: str, *, ok: bool) -> None:
        value, limit = pair
        emit(
            BenchLine(
                bench="memory",
                work=f"{work}: {what}",
                value=value,
                unit=unit,
                limit=limit,
                ratio=value / limit,
                reach=reach,
                ok=ok,
            )
        )

    reach = f"< {least / 1e9:g} GB (limit: the rows alone)"
    say("resident after an hour", "GB", (at_hour / 1e9, raw / 1e9), reach, ok=at_hour < least)
    say("time held", "s", (held_s, HOUR_S), ">= an hour", ok=held_s >= HOUR_S)
    flat = f"<= {FLAT:g} of the hour"
    say("ten minutes later", "GB", (after / 1e9, at_hour / 1e9), flat, ok=after <= FLAT * at_hour)
    say("processor, a second of the stream", "cores", (cores, 1.0), "<= 0.1", ok=cores <= 0.1)


class _Walk:
    """Rows of every asset, each value a walk in steps of its resolution as sensors report it."""

    def __init__(self, layouts: list[RowLayout], start_ns: int) -> None:
        self._rng = np.random.default_rng(1)
        self._layouts = layouts
        self._start_ns = start_ns
        self._rows = np.zeros(len(layouts), row_dtype(layouts[0]))
        self._whole = self._rng.integers(0, 4000, (len(layouts), POINTS))

    def tick(self, step: int) -> list[RowBatch]:
        """The rows of one moment."""
        rows = self._rows
        self._whole += self._rng.integers(-3, 4, self._whole.shape)
        rows["f"] = self._whole / 10
        rows["source"] = self._start_ns + step * EVERY_S * NS
        rows["received"] = rows["source"] + self._rng.integers(1_000_000, 90_000_000, len(rows))
        data = rows.tobytes()
        size = self._layouts[0].row_size
        return [
            RowBatch(layout=layout, data=data[n * size : (n + 1) * size])
            for n, layout in enumerate(self._layouts)
        ]


def _held_s(live: LiveBuffers, layouts: list[RowLayout]) -> float:
    held = []
    for layout in layouts[:: max(1, len(layouts) // 50)]:
        span = live.span(PointKey(device=layout.device, point="p0"))
        if span is not None:
            held.append((span[1] - span[0]) / NS)
    return min(held)
