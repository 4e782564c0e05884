"""ingest: 40-value JSON over a real broker with everything on, beside bare gmqtt + msgspec."""

from __future__ import annotations

from app.bench.ingest_pipeline import in_turns, ingest
from app.bench.peers import Load, broker
from app.bench.report import BenchLine, Emit

BENCH = "ingest"
SUSTAINED = 1_000_000
VALUES = 40
FPS, P99_MS = 55.0, 25.0
ROUNDS = 3


def run(emit: Emit, quick: bool) -> None:
    """Flat out against the bare client, then the sustained rate with frames and losses.

    Raises:
        UserFacing: there is no broker to measure with.
    """
    flat = Load(messages=60_000 if quick else 100_000, values=VALUES)
    steady = Load(
        messages=SUSTAINED // VALUES * (4 if quick else 15),
        values=VALUES,
        rate=SUSTAINED / VALUES * 1.02,
    )
    flat_out = in_turns(flat, 1 if quick else ROUNDS)
    bare, found = flat_out.middle
    value, limit = found.rate * VALUES, bare * VALUES
    emit(
        BenchLine(
            bench=BENCH,
            work="40-value JSON flat out, everything on",
            value=value,
            unit="samples/s",
            limit=limit,
            ratio=value / limit,
            reach=">= 0.5 of bare gmqtt + msgspec and >= 1,000,000 samples/s",
            ok=value >= max(0.5 * limit, SUSTAINED),
        )
    )
    _emit_frames(emit, "flat out", flat_out.fps, flat_out.p99_ms, flat_out.lost_samples)
    with broker() as port:
        found = ingest(port, steady)
    value = found.rate * VALUES
    emit(
        BenchLine(
            bench=BENCH,
            work="sustained",
            value=value,
            unit="samples/s",
            limit=found.offered * VALUES,
            ratio=value / (found.offered * VALUES),
            reach=">= 0.98 of what the flood offers, which aims at 1,020,000 samples/s",
            ok=value >= 0.98 * min(SUSTAINED, found.offered * VALUES),
        )
    )
    cores = found.cpu_s / found.seconds
    emit(
        BenchLine(
            bench=BENCH,
            work="sustained: processor",
            value=cores,
            unit="cores",
            limit=1.0,
            ratio=cores,
            reach="<= 1 core, all threads",
            ok=cores <= 1.0,
        )
    )
    _emit_frames(emit, "sustained", found.frames.fps, found.frames.p99_ms, found.lost_samples)


def _emit_frames(emit: Emit, work: str, fps: float, p99_ms: float, lost: int) -> None:
    for name, value, unit, limit, reach, ok in (
        ("window, 8 live curves", fps, "fps", 62.5, f">= {FPS:g} fps", fps >= FPS),
        ("frame p99", p99_ms, "ms", P99_MS, f"< {P99_MS:g} ms", p99_ms < P99_MS),
        ("lost", float(lost), "samples", 0.0, "0", lost == 0),
    ):
        ratio = value / limit if limit else float(value > 0)
        emit(
            BenchLine(
                bench=BENCH,
                work=f"{work}: {name}",
                value=value,
                unit=unit,
                limit=limit,
                ratio=ratio,
                reach=reach,
                ok=ok,
            )
        )
