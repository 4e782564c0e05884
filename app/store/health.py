"""Is the file a whole store of ours? Asked before anything is written to it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from app.core.errors import StoreUnavailable
from app.settings import limit
from app.store import schema
from app.store.faults import DAMAGED, problem_of
from app.store.pages import MAGIC, PageFile
from app.wording import os_reason, told

_STEPS = 20_000


class Health(Enum):
    """What was found."""

    ABSENT = "absent"
    WHOLE = "whole"
    UNCHECKED = "unchecked"
    DAMAGED = "damaged"
    FOREIGN_LOG = "foreign log"


def sidecar(path: Path, ending: str) -> Path:
    """The file beside a store: ``-wal``, ``-shm``, ``.new``."""
    return path.with_name(path.name + ending)


def inspect(path: Path, *, known: bool) -> Health:
    """Look at a store without changing a byte of it.

    ``known`` says that a store of ours has been there before. UNCHECKED is a file too large to
    check before the program starts; ``check`` does it later.

    Raises:
        StoreUnavailable: the file is no store of ours, a later version wrote it, or it cannot be
            read.
    """
    if not path.exists():
        return Health.ABSENT
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise told(
            StoreUnavailable, "store.closed_to.reading", path=path, error=os_reason(error)
        ) from error
    if head[:16] != MAGIC or int.from_bytes(head[68:72], "big") != schema.APPLICATION_ID:
        if not known:
            _require_ours(path, head)
        return Health.DAMAGED
    if _cut_off(path, head):
        return Health.DAMAGED
    try:
        return _opened(path)
    except sqlite3.Error as error:
        if problem_of(error) == DAMAGED or not _readable(error):
            return Health.DAMAGED
        raise told(StoreUnavailable, "store.closed_to.database", path=path, error=error) from error


def _cut_off(path: Path, head: bytes) -> bool:
    """Whether pages are missing at the end; with a log they may still be in that."""
    wal = sidecar(path, "-wal")
    if wal.exists() and wal.stat().st_size:
        return False
    size = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big")
    return path.stat().st_size < pages * (65536 if size == 1 else size)


def _readable(error: sqlite3.Error) -> bool:
    """Whether the error speaks of the surroundings; a missing table speaks of the file."""
    return problem_of(error) != ""


def _opened(path: Path) -> Health:
    wal = sidecar(path, "-wal")
    logged = wal.exists() and wal.stat().st_size > 0
    own = _id_alone(path, logged=logged)
    source = f"{path.as_uri()}?mode=ro" if logged else f"{path.as_uri()}?immutable=1"
    try:
        with _connection(source) as connection:
            if own is not None and schema.store_id(connection) != own:
                return Health.FOREIGN_LOG
            if unknown := schema.unknown_migrations(connection):
                raise told(
                    StoreUnavailable,
                    "store.closed_to.later",
                    path=path,
                    changes=", ".join(sorted(unknown)),
                )
            if path.stat().st_size > limit("store", "quick_check_bytes"):
                return Health.UNCHECKED
            verdict = check(connection, limit("store", "quick_check_s"))
    except sqlite3.DatabaseError as error:
        if problem_of(error) == DAMAGED and source.endswith("mode=ro") and _whole_alone(path):
            return Health.FOREIGN_LOG
        raise
    if verdict is None:
        return Health.UNCHECKED
    if not verdict and source.endswith("mode=ro") and _whole_alone(path):
        return Health.FOREIGN_LOG
    return Health.WHOLE if verdict else Health.DAMAGED


def _id_alone(path: Path, *, logged: bool) -> int | None:
    """The id that the file itself holds.

    None where it has a log and makes no sense without: a checkpoint that was cut off, by a full
    disk or a kill, leaves pages of two times, and the log has those that belong together.
    """
    try:
        with _connection(f"{path.as_uri()}?immutable=1") as alone:
            return schema.store_id(alone)
    except (sqlite3.DatabaseError, StoreUnavailable):
        if logged:
            return None
        raise


def _whole_alone(path: Path) -> bool:
    """Whether the file without its log is whole, so that the log is what does not fit."""
    try:
        with _connection(f"{path.as_uri()}?immutable=1") as alone:
            return bool(check(alone, limit("store", "quick_check_s")))
    except sqlite3.DatabaseError:
        return False


class _connection:  # noqa: N801 - used as a with statement's word, like open()
    def __init__(self, uri: str) -> None:
        self._uri = uri

    def __enter__(self) -> sqlite3.Connection:
        self._opened = sqlite3.connect(
            self._uri, uri=True, timeout=limit("store", "busy_s"), isolation_level=None
        )
        return self._opened

    def __exit__(self, *_: object) -> None:
        self._opened.close()


def check(
    connection: sqlite3.Connection, seconds: float, stop: Callable[[], bool] | None = None
) -> bool | None:
    """Whether SQLite finds its trees whole; None when it could not tell in time or was stopped.

    Raises:
        sqlite3.DatabaseError: the file is damaged beyond what the check can say.
    """
    until = time.monotonic() + seconds

    def enough() -> bool:
        return time.monotonic() > until or (stop is not None and stop())

    connection.set_progress_handler(enough, _STEPS)
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            return None
        raise
    finally:
        connection.set_progress_handler(None, 0)
    return bool(verdict == "ok")


def _require_ours(path: Path, head: bytes) -> None:
    """Refuse a file that was never a store; a damaged one shows by the rows in its pages.

    Raises:
        StoreUnavailable: nothing in the file says that it is ours.
    """
    if not head:
        return
    pages = PageFile(path)
    try:
        if any(True for _ in pages.rows()):
            return
    finally:
        pages.close()
    raise _no_store(path)


def _no_store(path: Path) -> StoreUnavailable:
    return told(StoreUnavailable, "store.closed_to.foreign", path=path)
