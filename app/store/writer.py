"""The writer: one thread with the one connection that writes and checkpoints.

Every tick's rows become one durable transaction of the journal. Between ticks, in slices short
enough that no tick is late, rows move from the journal to chunks. When the disk refuses, rows wait
in the inbox, the status says why, and the writer tries again until it works.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.codecs.chunks_rows import Section
from app.codecs.chunks_seal import BlobKind, seal
from app.core.errors import StoreUnavailable
from app.core.rows import RowBatch
from app.settings import limit
from app.store import journal
from app.store.ballast import Ballast
from app.store.catalog import Catalog, LayoutState
from app.store.compaction import Compactor
from app.store.faults import DAMAGED, problem_of
from app.store.inbox import Inbox, Parcel
from app.store.journal import load_journal
from app.store.retention import Retention
from app.wording import told

_log = logging.getLogger(__name__)
_SLICE_S = 0.03
_IDLE_S = 5.0
_FIRST_RETENTION_S = 30.0
_VACUUM_PAGES = 4096


class Writer:
    """Owns the connection from ``start`` to the end of its thread."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        catalog: Catalog,
        on_problem: Callable[[], None],
        repair: Callable[[], tuple[sqlite3.Connection, Catalog]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.inbox = Inbox(clock)
        self.connection = connection
        self.problem = ""
        self.durable_ns = time.time_ns()
        self.file_bytes = 0
        self._path = path
        self.catalog = catalog
        self.ballast = Ballast(path)
        self._compactor = Compactor(connection, catalog)
        self._repair = repair
        self._doubted = False
        self._on_problem = on_problem
        self._clock = clock
        self._journal_id = 0
        self._cycle: tuple[int, deque[LayoutState]] | None = None
        self._cycle_due: float | None = None
        self._retry_at = 0.0
        self._retain_at = clock() + _FIRST_RETENTION_S
        self._stale: set[int] = set()
        self._fresh: list[LayoutState] = []
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Take over the journal of the last run, then write in the background."""
        self._journal_id = load_journal(self.connection, self.catalog)
        if self._journal_id:
            self._cycle_due = self._clock()
        self._measure()
        self._thread.start()

    def join(self) -> None:
        """Wait for the end of the thread; call after ``inbox.close()``."""
        self._thread.join()

    def doubt(self) -> None:
        """Somebody met damage in the file: recover it; from any thread."""
        self.inbox.post(self._doubt)

    def _doubt(self) -> None:
        self._doubted = True
        self._report(DAMAGED)

    def compact(self) -> None:
        """Move all rows out of the journal now; on the writer's thread."""
        self._begin_cycle()
        while self._cycle is not None and not self.problem:
            self._slice()

    def retain(self, now_ns: int) -> None:
        """Apply the limits of age and size now; on the writer's thread."""
        self._retain_at = self._clock() + limit("store", "retention_s")
        keeper = Retention(self.connection, self.catalog)
        try:
            cutoff = keeper.cutoff(now_ns)
        except sqlite3.Error as error:
            self._rolled_back(error)
            return
        if not cutoff and not limit("store", "keep_rollup_days"):
            return
        if not self._transaction(partial(keeper.set_floor, max(cutoff, self.catalog.floor))):
            return
        for state in list(self.catalog.states.values()):
            self._stale.add(state.id)
            if not self._transaction(partial(self._retain_one, keeper, state, cutoff, now_ns)):
                return
            if self.inbox.due(limit("store", "tick_s")):
                self._tick(int(limit("store", "tick_bytes")))
        # execute() would take only the first step of this pragma, which is one page
        self._outside(f"PRAGMA incremental_vacuum({_VACUUM_PAGES})")
        self._checkpoint()

    def _outside(self, script: str) -> None:
        """Run what cannot stand in a transaction."""
        try:
            self.connection.executescript(script)
        except sqlite3.Error as error:
            self._rolled_back(error)

    @staticmethod
    def _retain_one(keeper: Retention, state: LayoutState, cutoff: int, now_ns: int) -> None:
        keeper.drop(state, cutoff)
        keeper.drop_rollups(state, now_ns)

    def _run(self) -> None:
        try:
            self._loop()
            self._end()
        finally:
            self.problem = self.problem or ("" if self.inbox.closing else "bug")
            self.inbox.end(self._refusal())

    def _loop(self) -> None:
        tick_s, tick_bytes = limit("store", "tick_s"), int(limit("store", "tick_bytes"))
        while True:
            if self.problem:
                self.inbox.pause(self._retry_at - self._clock())
            else:
                self.inbox.wait(tick_s, tick_bytes, _IDLE_S if self._cycle is None else 0.0)
            self._work(tick_s, tick_bytes)
            if self.inbox.closing and (not self.inbox.waiting() or self.problem):
                break

    def _work(self, tick_s: float, tick_bytes: int) -> None:
        # Jobs first, also while samples wait for the disk: a record is refused at once, not late.
        self._run_jobs()
        if self.problem and self._clock() < self._retry_at and not self.inbox.closing:
            self.inbox.settle(self._refusal())
            if self.inbox.shed(int(limit("store", "queue_bytes"))):
                self._report("dropped")
            return
        if self._doubted:
            self._mend()
            if self._doubted:
                return
        if self.inbox.closing or self.inbox.size >= tick_bytes or self.inbox.due(tick_s):
            self._tick(tick_bytes)
        if self._cycle is None and self._cycle_is_due():
            self._begin_cycle()
        if self._cycle is not None and not self.problem:
            self._slice()
        elif self._clock() >= self._retain_at and not self.problem:
            self.retain(time.time_ns())
            self.ballast.begin()
        self.ballast.step()

    def _run_jobs(self) -> None:
        for job in self.inbox.jobs():
            try:
                job()
            except Exception:  # noqa: BLE001 - the edge of the thread; samples must go on
                _log.exception("a job of the store failed; samples are still written")

    def _tick(self, tick_bytes: int) -> None:
        parcels = self.inbox.take(tick_bytes)
        if parcels and not self._transaction(lambda: self._write(parcels)):
            dropped = self.inbox.give_back(parcels, int(limit("store", "queue_bytes")))
            if dropped:
                self._report("dropped")
            self.inbox.settle(self._refusal())
            return
        if not parcels and self.problem:
            self._transaction(lambda: None)
        self.durable_ns = time.time_ns()
        self.inbox.settle(None)
        self._checkpoint()

    def _write(self, parcels: list[Parcel]) -> Callable[[], None]:
        """Rows into the journal, or straight into chunks where they fill several."""
        direct_rows = int(limit("store", "direct_rows"))
        rows: list[tuple[LayoutState, Section]] = []
        direct: list[tuple[LayoutState, int]] = []
        for state, batches in self._by_layout(parcels):
            section = journal.section_of_batches(state.layout, batches)
            if len(section.rows) >= direct_rows * state.layout.row_size:
                waiting = list(state.sections)
                self._stale.add(state.id)
                self._compactor.move(state, [*waiting, section])
                direct.append((state, len(waiting)))
            else:
                rows.append((state, section))
        if rows:
            place = self._journal_id + 1
            body = journal.pack((state.id, section) for state, section in rows)
            blob = seal(BlobKind.JOURNAL, self.catalog.store_id, place, body)
            self.connection.execute("INSERT INTO journal VALUES (?, ?)", (place, blob))

        def committed() -> None:
            for state, section in rows:
                self.catalog.take(state, section)
            for state, count in direct:
                self.catalog.drop(state, count)
            if rows:
                self._journal_id += 1
                if self._cycle_due is None:
                    self._cycle_due = self._clock() + limit("store", "journal_age_s")

        return committed

    def _by_layout(self, parcels: list[Parcel]) -> list[tuple[LayoutState, list[RowBatch]]]:
        found: dict[int, tuple[LayoutState, list[RowBatch]]] = {}
        for parcel in parcels:
            for batch in parcel.batches:
                state = self.catalog.of(batch.layout)
                if state is None:
                    state = self.catalog.create(batch.layout, self.connection)
                    self._fresh.append(state)
                if (entry := found.get(state.id)) is None:
                    found[state.id] = (state, [batch])
                else:
                    entry[1].append(batch)
        return list(found.values())

    def _transaction(self, work: Callable[[], Callable[[], None] | None]) -> bool:
        """Run work in one transaction; False, with the problem named, where the disk refused."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            for layout_id in self._stale:
                self.catalog.reload(self.connection, layout_id)
            self._stale.clear()
            committed = work()
            self.connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._rolled_back(error)
            return False
        self._stale.clear()
        self._fresh.clear()
        if committed is not None:
            committed()
        if self.problem:
            self._report("")
        return True

    def _rolled_back(self, error: sqlite3.Error) -> None:
        name = problem_of(error)
        if not name:
            raise error
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        self.catalog.forget(self._fresh)
        self._fresh.clear()
        self._retry_at = self._clock() + limit("store", "retry_s")
        self._doubted = self._doubted or name == DAMAGED
        self._report(name)

    def _mend(self) -> None:
        """Set the damaged file aside and go on with what was recovered, and what memory holds.

        Rows of the journal are still in memory, whatever became of their page.
        """
        waiting = [
            RowBatch(layout=state.layout, data=section.rows, texts=section.texts)
            for state in self.catalog.states.values()
            for section in state.sections
        ]
        self.connection.close()
        try:
            self.connection, self.catalog = self._repair()
        except (sqlite3.Error, OSError) as error:
            _log.error("the damaged store %s could not be recovered: %s", self._path, error)
            self._retry_at = self._clock() + limit("store", "repair_s")
            return
        self._compactor = Compactor(self.connection, self.catalog)
        self._doubted = False
        self._stale.clear()
        self._cycle, self._cycle_due, self._journal_id = None, None, 0
        self._journal_id = load_journal(self.connection, self.catalog)
        self.inbox.append(waiting)
        self._report("")

    def _report(self, name: str) -> None:
        if name != self.problem and not (name and self.problem == "dropped"):
            self.problem = name
            self._on_problem()

    def _refusal(self) -> StoreUnavailable:
        return told(
            StoreUnavailable, f"store.unwritten.{self.problem or 'closed'}", path=self._path
        )

    def _cycle_is_due(self) -> bool:
        if self.catalog.pending_bytes >= limit("store", "journal_bytes"):
            return True
        return self._cycle_due is not None and self._clock() >= self._cycle_due

    def _begin_cycle(self) -> None:
        with self.catalog.lock:
            waiting = deque(s for s in self.catalog.states.values() if s.sections)
        self._cycle = (self._journal_id, waiting)
        self._cycle_due = None

    def _slice(self) -> None:
        """Compact layouts for a moment; when none is left the journal up to here can go."""
        if self._cycle is None:
            return
        journal_id, waiting = self._cycle
        moved: list[tuple[LayoutState, int]] = []

        def work() -> Callable[[], None]:
            until = self._clock() + _SLICE_S
            while len(moved) < len(waiting) and self._clock() < until:
                state = waiting[len(moved)]
                sections = list(state.sections)
                if sections:
                    self._stale.add(state.id)
                    self._compactor.move(state, sections)
                moved.append((state, len(sections)))
            if not waiting:
                self.connection.execute("DELETE FROM journal WHERE id <= ?", (journal_id,))
            return committed

        def committed() -> None:
            for state, count in moved:
                self.catalog.drop(state, count)
                waiting.popleft()

        ended = not waiting
        if self._transaction(work) and ended:
            self._cycle = None
        self._checkpoint()

    def _checkpoint(self) -> None:
        """Move the write-ahead log into the file when it has grown."""
        wal = self._path.with_name(self._path.name + "-wal")
        size = wal.stat().st_size if wal.exists() else 0
        if size >= limit("store", "wal_bytes") / 4:
            self._outside("PRAGMA wal_checkpoint(PASSIVE)")
        self._measure()

    def _measure(self) -> None:
        names = (self._path.name, self._path.name + "-wal")
        files = (self._path.with_name(name) for name in names)
        self.file_bytes = sum(file.stat().st_size for file in files if file.exists())

    def _end(self) -> None:
        self._run_jobs()
        if not self._doubted:
            self.compact()
        self.inbox.settle(self._refusal() if self.problem else None)
        if lost := self.inbox.samples:
            _log.error("%d samples could not be written to %s", lost, self._path)
        try:
            self.connection.execute(
                "UPDATE sessions SET closed_ns = ? WHERE id = (SELECT max(id) FROM sessions)",
                (time.time_ns(),),
            )
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            _log.warning("the store was closed without tidying up: %s", error)
        self.connection.close()
