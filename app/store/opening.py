"""Opening a store by its URL."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app import __version__
from app.core.errors import StoreUnavailable, UserFacing
from app.settings import Texts, limit
from app.store import schema
from app.store.ballast import Ballast
from app.store.base import Recovery, StoreStatus
from app.store.catalog import Catalog
from app.store.guard import StoreLock, refuse_network_share
from app.store.health import Health, inspect, sidecar
from app.store.readers import SqliteReader
from app.store.salvage import recover, remove, set_aside
from app.store.sqlite import Opened, SqliteStore
from app.wording import os_reason, said_in, told

_CLOSED_TO_READERS = {
    Health.ABSENT: "absent",
    Health.DAMAGED: "damaged",
    Health.FOREIGN_LOG: "log",
}


def store_path(url: str) -> Path:
    """The file of a ``sqlite:///absolute/path.db`` URL.

    Raises:
        UserFacing: the URL is of another kind, or its path is not absolute.
    """
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        raise told(UserFacing, "store.url.kind", url=url)
    path = unquote(parts.path)
    if len(path) > 2 and path[2] == ":":
        path = path[1:]
    if parts.netloc or not Path(path).is_absolute() or path.endswith("/"):
        raise told(UserFacing, "store.url.path", url=url)
    return Path(path)


async def open_store(
    url: str,
    *,
    on_problem: Callable[[StoreStatus], None] | None = None,
    texts: Texts | None = None,
) -> SqliteStore:
    """Open the store, making the file where there is none and recovering it where it is damaged.

    Args:
        url: ``sqlite:///absolute/path.db``.
        on_problem: told, on the loop, whenever the problem in the status changes.
        texts: the language of the status and of what was lost.

    Raises:
        UserFacing: the URL is wrong.
        StoreUnavailable: the store is in use by another program (its process is named), on a
            network share, of a later version, no store at all, or the folder cannot be written.
    """
    words = texts or Texts()
    with said_in(words):
        path = store_path(url)
        opened = await asyncio.to_thread(_open, path, words)
    return SqliteStore(opened, texts=words, on_problem=on_problem)


async def open_reader(url: str) -> SqliteReader:
    """Open a store only to read, also while another program writes to it.

    What is read is what was durable at the time of opening; what comes later may be missing.

    Raises:
        UserFacing: the URL is wrong.
        StoreUnavailable: there is no such store, or it is damaged or of a later version.
    """
    path = store_path(url)
    health = await asyncio.to_thread(inspect, path, known=False)
    if why := _CLOSED_TO_READERS.get(health):
        raise told(StoreUnavailable, f"store.closed_to.{why}", path=path)
    return await asyncio.to_thread(SqliteReader.load, path)


def _open(path: Path, texts: Texts) -> Opened:
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise told(
            StoreUnavailable, "store.closed_to.folder", folder=path.parent, error=os_reason(error)
        ) from error
    refuse_network_share(path)
    lock = StoreLock(path)
    lock.take()
    Ballast(path).make_room()
    try:
        recovery = _made_whole(path, texts, known=lock.existed)
        connection = schema.open_writer(path)
        catalog = Catalog(schema.store_id(connection))
        catalog.load(connection)
        connection.execute(
            "INSERT INTO sessions (opened_ns, closed_ns, pid, version) VALUES (?, 0, ?, ?)",
            (time.time_ns(), os.getpid(), __version__),
        )
    except sqlite3.Error as error:
        lock.release(opened=False)
        raise told(StoreUnavailable, "store.closed_to.database", path=path, error=error) from error
    except BaseException:
        lock.release(opened=False)
        raise
    unchecked = recovery is None and path.stat().st_size > limit("store", "quick_check_bytes")
    return Opened(path, connection, catalog, lock, recovery, unchecked)


def _made_whole(path: Path, texts: Texts, *, known: bool) -> Recovery | None:
    """A whole file at the path: a new one, the one that is there, or one recovered from it."""
    health = inspect(path, known=known)
    if health is Health.ABSENT:
        _make(path)
        return None
    if health is Health.FOREIGN_LOG:
        aside = set_aside(path, ("-wal",))
        return Recovery(
            set_aside=sidecar(aside, "-wal"), recovered_samples=0, lost=texts.get("store.lost.log")
        )
    if health is Health.DAMAGED:
        wal = sidecar(path, "-wal")
        return recover(path, wal if wal.exists() else None, texts)
    return None


def _make(path: Path) -> None:
    """Make a store beside the path and rename it, so that a file there is always whole.

    A finished one from a recovery that was cut off before the rename is taken as it is.
    """
    fresh = sidecar(path, ".new")
    if not _finished(fresh):
        remove(fresh)
        connection = schema.open_writer(fresh)
        connection.execute("PRAGMA user_version = 1")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    if sidecar(path, "-wal").exists():
        set_aside(path, ("-wal",))
    fresh.replace(path)


def _finished(fresh: Path) -> bool:
    if not fresh.exists():
        return False
    try:
        connection = schema.open_reader(fresh)
        try:
            return bool(connection.execute("PRAGMA user_version").fetchone()[0] == 1)
        finally:
            connection.close()
    except sqlite3.Error:
        return False
