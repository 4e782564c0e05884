"""``wayside record``: several sources into one store, until the time is over or Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from app.core.errors import UserFacing
from app.core.quality import is_bad
from app.core.rows import RowBatch, samples
from app.headless.sources import Source, SourceOptions, build_sources
from app.headless.stopping import Stop
from app.links.capture import CaptureWriter
from app.services.acquisition import Acquisition
from app.services.bus import Bus
from app.services.problems import Problem, Problems
from app.services.recorder import Recorder
from app.settings import Texts
from app.store.opening import open_store
from app.wording import os_reason, worded


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOptions:
    """What to record and where to; ``capture`` is a file for the raw bytes of a single source."""

    sources: tuple[SourceOptions, ...]
    store: str
    for_s: float | None
    texts: Texts
    capture: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedLink:
    """What came over one link."""

    url: str
    rows: int
    samples: int
    unknown: int
    lost: int
    bad: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a recording brought; every sample counted is durable.

    ``usable`` says that one at least was not bad: a dead link leaves bad samples too.
    """

    store: str
    samples: int
    usable: bool
    links: tuple[RecordedLink, ...]

    def as_dict(self) -> dict[str, object]:
        """The summary as ``record --json`` prints it."""
        return asdict(self)


async def record(
    options: RecordOptions,
    stop: Stop,
    progress: Callable[[int], None] = lambda _: None,
    notice: Callable[[Problem], None] = lambda _: None,
) -> Recorded:
    """Record; ``progress`` is called each second with the number of samples so far.

    ``notice`` is told of each problem of the store once, when it begins.

    Raises:
        UserFacing, ProfileError: a mistake in what was given.
        StoreError: the store cannot be opened, or did not take what came.
    """
    # A recorder comes back to its own session at the broker, another store's has another.
    mine = [replace(source, purpose=f"to {options.store}") for source in options.sources]
    sources = build_sources(mine, options.texts)
    if options.capture and len(sources) > 1:
        raise worded(UserFacing, options.texts, "services.record.one_capture")
    store = await open_store(options.store, texts=options.texts)
    bus = Bus()
    heard = _Heard(bus)
    problems = Problems()
    problems.on_change(_Notices(notice).take)
    recorder = Recorder(bus, store, problems)
    recorder.report_recovery()
    acquisition = Acquisition(bus)
    for source in sources:
        acquisition.attach(source.link, source.devices, discover=source.discover)
    try:
        with ExitStack() as files:
            if options.capture:
                sink = _capture(options.capture, sources[0], options.texts)
                files.callback(sink.close)
                sources[0].link.record(sink)
            await _until(stop, options.for_s, sources, recorder, progress)
            links = tuple(_summary(source, acquisition) for source in sources)
            await acquisition.close()
            for source in sources:
                await source.link.close()
        await store.flush()
    finally:
        await acquisition.close()
        for source in sources:
            await source.link.close()
        recorder.close()
        await store.close()
    return Recorded(store=options.store, samples=recorder.samples, usable=heard.usable, links=links)


class _Notices:
    """Hands on each problem when it begins, and again only after it was over."""

    def __init__(self, notice: Callable[[Problem], None]) -> None:
        self._notice = notice
        self._told: frozenset[str] = frozenset()

    def take(self, standing: Sequence[Problem]) -> None:
        before, self._told = self._told, frozenset(problem.id for problem in standing)
        for problem in standing:
            if problem.id not in before:
                self._notice(problem)


class _Heard:
    """Whether the bus carried a sample that is not bad; looks no longer than until the first."""

    def __init__(self, bus: Bus) -> None:
        self.usable = False
        self._leave = bus.subscribe(self._take)

    def _take(self, batches: Sequence[RowBatch]) -> None:
        if any(not is_bad(one.quality) for batch in batches for one in samples(batch)):
            self.usable = True
            self._leave()


def _capture(path: Path, source: Source, texts: Texts) -> CaptureWriter:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return CaptureWriter(path, source.url)
    except OSError as error:
        reason = os_reason(error)
        raise worded(
            UserFacing, texts, "services.record.capture", file=path, error=reason
        ) from error


async def _until(
    stop: Stop,
    for_s: float | None,
    sources: Sequence[Source],
    recorder: Recorder,
    progress: Callable[[int], None],
) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + for_s if for_s is not None else float("inf")
    await stop.unless(lambda: asyncio.gather(*(one.link.open() for one in sources)), for_s)
    while (left := end - loop.time()) > 0:
        if await stop.wait(min(1.0, left)):
            return
        recorder.check()
        progress(recorder.samples)


def _summary(source: Source, acquisition: Acquisition) -> RecordedLink:
    counters = acquisition.link_counters(source.link.name)
    keys: Sequence[str] = acquisition.device_keys()
    mine = [acquisition.counters(key) for key in keys]
    return RecordedLink(
        url=source.url,
        rows=counters.rows,
        samples=counters.samples,
        unknown=counters.unknown,
        lost=sum(one.lost for one in mine),
        bad=sum(one.bad for one in mine),
        error=source.link.status.error,
    )
