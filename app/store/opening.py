"""Opening a store by its URL."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app import __version__
from app.core.errors import StoreUnavailable, UserFacing
from app.settings import Texts
from app.store import schema
from app.store.base import StoreStatus
from app.store.catalog import Catalog
from app.store.sqlite import SqliteStore


def store_path(url: str) -> Path:
    """The file of a ``sqlite:///absolute/path.db`` URL.

    Raises:
        UserFacing: the URL is of another kind, or its path is not absolute.
    """
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        raise UserFacing(
            f"{url!r} is no store address.", action="Write sqlite:///absolute/path/to/file.db"
        )
    path = unquote(parts.path)
    if len(path) > 2 and path[2] == ":":
        path = path[1:]
    if parts.netloc or not Path(path).is_absolute() or path.endswith("/"):
        raise UserFacing(
            f"{url!r} does not name a file by its full path.",
            action="Write sqlite:///absolute/path/to/file.db, with three slashes.",
        )
    return Path(path)


async def open_store(
    url: str,
    *,
    on_problem: Callable[[StoreStatus], None] | None = None,
    texts: Texts | None = None,
) -> SqliteStore:
    """Open the store, making the file where there is none.

    Args:
        url: ``sqlite:///absolute/path.db``.
        on_problem: told, on the loop, whenever the problem in the status changes.
        texts: the language of the status.

    Raises:
        UserFacing: the URL is wrong.
        StoreUnavailable: the file cannot be opened: in use, not writable, of a later version.
    """
    path = store_path(url)
    loop = asyncio.get_running_loop()
    connection, catalog = await loop.run_in_executor(None, _open, path)
    return SqliteStore(path, connection, catalog, texts=texts or Texts(), on_problem=on_problem)


def _open(path: Path) -> tuple[sqlite3.Connection, Catalog]:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = schema.open_writer(path)
        catalog = Catalog(schema.store_id(connection))
        catalog.load(connection)
        connection.execute(
            "INSERT INTO sessions (opened_ns, closed_ns, version) VALUES (?, 0, ?)",
            (time.time_ns(), __version__),
        )
    except sqlite3.Error as error:
        raise StoreUnavailable(f"The store {path} cannot be opened.", cause=str(error)) from error
    return connection, catalog
