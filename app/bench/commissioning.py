"""``wayside bench commissioning``: every fault of the simulator, each on an asset of its own.

A fault is caught when the whole job, at the shipped limits, does not come out commissioned and the
check that is there for the fault is among those that failed. Beside it good assets, which must
all come out commissioned. The fields live by a hurried clock, over real Modbus TCP and MQTT.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from app.bench.fault_trials import (
    AT_ONCE,
    NIGHT_S,
    NOON_S,
    POLE,
    SIGN,
    Good,
    Row,
    Seen,
    caught,
    good_assets,
    play,
    rows,
)
from app.bench.report import BenchLine, Emit

_GOOD = 25
_MOST_PROCESSES = 4


class _Here(Executor):
    """Runs what it is given at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """The result, done already."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def run(emit: Emit, quick: bool) -> None:
    """The whole table and fifty good assets; ``quick``: one device a fault, and ten."""
    began = time.perf_counter()
    table = _one_each(rows()) if quick else rows()
    batches = [
        alike[at : at + AT_ONCE]
        for kind in (POLE, SIGN)
        for alike in [[row for row in table if row.kind == kind]]
        for at in range(0, len(alike), AT_ONCE)
    ]
    with _workers() as workers:
        played = [workers.submit(play, batch) for batch in batches]
        made = [workers.submit(good_assets, good) for good in _good(5 if quick else _GOOD)]
        seen = [
            pair
            for batch, done in zip(batches, played, strict=True)
            for pair in zip(batch, done.result(), strict=True)
        ]
        passed = [found for done in made for found in done.result()]
    _faults(emit, seen)
    _goods(emit, passed)
    field_s = sum(found.seconds for _, found in seen) + sum(found.seconds for found in passed)
    took = time.perf_counter() - began
    emit(
        _line(
            "jobs, one after another in real time, against this run",
            (round(took, 1), round(field_s, 1)),
            "s",
            "faster than the field itself",
            ok=took < field_s,
        )
    )


def _faults(emit: Emit, seen: Sequence[tuple[Row, Seen]]) -> None:
    right = sum(caught(row, found) for row, found in seen)
    names = {row.fault for row, _ in seen}
    work = f"{len(names)} faults in {len(seen)} places: caught by the check that is there for it"
    emit(_line(work, (right, len(seen)), "jobs", "all", ok=right == len(seen)))
    for row, found in seen:
        if not caught(row, found):
            failed = ", ".join(sorted(found.failed)) or "nothing"
            work = f"{row.name}: {found.verdict.value}, {row.check} expected, failed: {failed}"
            emit(_line(work, (0, 1), "jobs", "caught", ok=False))


def _goods(emit: Emit, passed: Sequence[Seen]) -> None:
    good = sum(found.is_good for found in passed)
    work = "good poles and signs: commissioned"
    emit(_line(work, (good, len(passed)), "jobs", "all", ok=good == len(passed)))
    for found in passed:
        if not found.is_good:
            work = f"{found.asset}: {found.verdict.value}, {', '.join(found.open) or 'nothing'}"
            emit(_line(work, (0, 1), "jobs", "commissioned", ok=False))


def _line(work: str, pair: tuple[float, float], unit: str, reach: str, *, ok: bool) -> BenchLine:
    value, limit = pair
    return BenchLine(
        bench="commissioning",
        work=work,
        value=value,
        unit=unit,
        limit=limit,
        ratio=round(value / limit, 4),
        reach=reach,
        ok=ok,
    )


def _one_each(table: Sequence[Row]) -> list[Row]:
    """The first place of each fault."""
    return list({row.fault: row for row in reversed(table)}.values())[::-1]


def _good(of_each: int) -> list[Good]:
    """Poles by night and signs by day, as the sun must shine on a panel that is tested."""
    most = 5
    return [
        Good(kind=kind, count=most, seed=200 + at, start_s=start_s)
        for kind, start_s in ((POLE, NIGHT_S), (SIGN, NOON_S))
        for at in range(0, of_each, most)
    ]


@contextmanager
def _workers() -> Iterator[Executor]:
    """A process for each core; a frozen program is one process."""
    cores = min(_MOST_PROCESSES, os.cpu_count() or 1)
    if cores < 2 or getattr(sys, "frozen", False):
        yield _Here()
        return
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool
