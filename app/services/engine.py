"""The engine: every service wired together, the same under the window and without one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.core.rows import PointKey
from app.links.secrets import Secrets
from app.profiles.library import Library
from app.services.access import Access
from app.services.acquisition import Acquisition
from app.services.audit import Audit
from app.services.bus import Bus
from app.services.captures import Captures
from app.services.clock_watch import ClockWatch
from app.services.commands import Commands
from app.services.commands_run import Clocks
from app.services.connections import Connections
from app.services.data_folder import DataFolder
from app.services.garbage import Garbage
from app.services.history import History, gap_ns
from app.services.live import LiveBuffers
from app.services.problems import Problem, Problems, Severity
from app.services.recorder import Recorder
from app.services.trials import Trials
from app.settings import RESOURCES, Texts, Words
from app.store.base import Store
from app.store.opening import open_store
from app.store.sqlite import SqliteStore
from app.tasks import Tasks
from app.wording import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """What the engine is started with: the data folder, the language, where secrets are, clocks."""

    data: Path
    texts: Texts = field(default_factory=Texts)
    secrets: Secrets | None = None
    clocks: Clocks = field(default_factory=Clocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """All services of one data folder; built by ``start_engine``, ended by ``close``."""

    folder: DataFolder
    library: Library
    bus: Bus
    live: LiveBuffers
    store: Store
    history: History
    recorder: Recorder
    acquisition: Acquisition
    connections: Connections
    captures: Captures
    problems: Problems
    access: Access
    audit: Audit
    commands: Commands
    trials: Trials
    tasks: Tasks
    garbage: Garbage

    async def close(self) -> None:
        """Put back trials, close the links, write what is pending, leave the folder to others."""
        await self.commands.close()
        await self.trials.close()
        self.captures.close()
        await self.connections.close()
        await self.acquisition.close()
        await self.tasks.cancel()
        self.recorder.close()
        await self.store.close()
        self.folder.release()
        self.garbage.close()


async def start_engine(options: EngineOptions) -> Engine:
    """Lock the folder, open the store, wire the services, load the connections.

    The connections are opened by ``connections.open_all``, which the caller awaits or not: a
    window is there before the first link.

    Raises:
        UserFacing: the folder is in use or cannot be written.
        StoreError: the store can neither be opened nor set aside.
    """
    texts = options.texts
    folder = DataFolder(options.data)
    await asyncio.to_thread(folder.lock, texts)
    problems = Problems()
    store = await _store(folder, texts)
    library = await asyncio.to_thread(Library, (RESOURCES, folder.path))
    bus = Bus()
    live = LiveBuffers()
    bus.subscribe(live.take)
    recorder = Recorder(bus, store, problems)
    clocks = options.clocks
    acquisition = Acquisition(bus, clock=clocks.steady, now_ns=clocks.now_ns)
    connections = Connections(
        folder.connections,
        library,
        acquisition,
        problems,
        secrets=options.secrets,
        texts=texts,
    )
    await connections.load()
    recorder.report_recovery()
    _report_files(library, problems)
    access = Access(texts)
    audit = Audit(store.records, folder.anchors)
    commands = Commands(connections, live, access, audit, texts=texts, clocks=clocks)
    await commands.recover()
    trials = Trials(commands, connections, audit, problems, texts=texts, clocks=clocks)
    await trials.start()
    clock = ClockWatch(problems)
    return Engine(
        folder=folder,
        library=library,
        bus=bus,
        live=live,
        store=store,
        history=History(live, store, _gap_of(connections)),
        recorder=recorder,
        acquisition=acquisition,
        connections=connections,
        captures=Captures(connections, folder.captures, texts=texts),
        problems=problems,
        access=access,
        audit=audit,
        commands=commands,
        trials=trials,
        tasks=_watching(audit, recorder, clock),
        garbage=Garbage(),
    )


async def _store(folder: DataFolder, texts: Texts) -> SqliteStore:
    try:
        return await open_store(folder.store_url, texts=texts)
    except BaseException:
        folder.release()
        raise


def _watching(audit: Audit, recorder: Recorder, clock: ClockWatch) -> Tasks:
    tasks = Tasks("engine")
    tasks.spawn(audit.watch(), "audit anchors")
    tasks.spawn(recorder.watch(), "store watch")
    tasks.spawn(clock.watch(), "clock watch")
    return tasks


def _gap_of(connections: Connections) -> Callable[[PointKey], int]:
    """How long a point may be quiet before its curve is broken, from its profile's period."""

    def max_gap_ns(key: PointKey) -> int:
        point = connections.point(key)
        return gap_ns(point.every_s) if point else 0

    return max_gap_ns


def _report_files(library: Library, problems: Problems) -> None:
    for error in library.problems:
        problems.report(
            Problem(
                id=f"profile:{error.file}",
                severity=Severity.WARNING,
                title=Words("services.problem.profile.title"),
                source=error.file,
                detail=words_of(error),
                action=Words("services.problem.profile.action"),
            )
        )
