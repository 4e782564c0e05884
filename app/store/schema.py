"""The schema of the SQLite store, as numbered migrations, and how its connections are opened.

A change of the store is one more function at the end. A file with a migration that this program
does not know was written by a later version: it is refused and left as it is.
"""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from app.core.errors import StoreUnavailable
from app.settings import limit
from app.store.faults import problem_of
from app.store.records_rows import create_tables, create_trials
from app.wording import told

APPLICATION_ID = 0x57415953
"""``WAYS``, in the header of the file: it is a Wayside store and no other program's."""


def _samples(db: Database) -> None:
    db.table("meta").create({"name": str, "value": int}, pk="name", strict=True)
    db.table("layouts").create({"id": int, "data": bytes}, pk="id", strict=True)
    db.table("layout_copies").create({"id": int, "data": bytes}, pk="id", strict=True)
    column = {"id": int, "layout": int, "device": str, "point": str, "kind": str}
    counters = {"samples": int, "first_ns": int, "last_ns": int, "period_ns": int}
    db.table("columns").create(column | counters, pk="id", strict=True)
    db.table("journal").create({"id": int, "data": bytes}, pk="id", strict=True)
    segment = {"id": int, "layout": int, "row_count": int, "data": bytes}
    db.table("segments").create(segment, pk="id", strict=True).create_index(["layout"])
    chunk = {"id": int, "first_ns": int, "last_ns": int, "row_count": int, "data": bytes}
    db.table("chunks").create(chunk, pk="id", strict=True)
    db.table("column_chunks").create(
        {"id": int, "samples": int, "data": bytes}, pk="id", strict=True
    )
    db.table("spans").create({"id": int, "end_unit": int, "shift": int}, pk="id", strict=True)
    db.table("rollups").create({"id": int, "data": bytes}, pk="id", strict=True)
    session = {"id": int, "opened_ns": int, "closed_ns": int, "pid": int, "version": str}
    db.table("sessions").create(session, pk="id", strict=True)
    db.table("meta").insert({"name": "store_id", "value": secrets.randbits(32)})


MIGRATIONS = (
    ("0001_samples", _samples),
    ("0002_records", create_tables),
    ("0003_trials", create_trials),
)


def migrations() -> Migrations:
    """The migrations of this version, in order."""
    known = Migrations("wayside")
    for name, function in MIGRATIONS:
        known(name=name)(function)
    return known


def unknown_migrations(connection: sqlite3.Connection) -> set[str]:
    """Migrations in the file that this program does not know."""
    table = "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    if connection.execute(table).fetchone() is None:
        return set()
    applied = connection.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = 'wayside'"
    )
    return {str(name) for (name,) in applied} - {name for name, _ in MIGRATIONS}


def open_writer(path: Path) -> sqlite3.Connection:
    """The one connection that writes and checkpoints; the schema is brought up to date.

    Raises:
        sqlite3.Error: the file is damaged, locked, read-only, or the disk is full.
    """
    fresh = not path.exists()
    connection = sqlite3.connect(
        path, timeout=limit("store", "busy_s"), isolation_level=None, check_same_thread=False
    )
    try:
        if fresh:
            connection.execute("PRAGMA page_size = 16384")
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        # A log that keeps its size after a checkpoint would be moved again with every commit.
        connection.execute("PRAGMA journal_size_limit = 0")
        connection.execute("PRAGMA cache_size = -32768")
        migrations().apply(Database(connection))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path, *, at_rest: bool = False) -> sqlite3.Connection:
    """A connection that can only read and never checkpoints.

    SQLite shares an index of the log in a file beside the store, also to read. Where that file
    cannot be made (a full disk, a medium that cannot be written) a store without a log is read as
    it lies there, if it may be ``at_rest``: what comes later is not seen then.
    """
    try:
        return _reader(path, "mode=ro")
    except sqlite3.Error as error:
        if not at_rest:
            raise
        log = path.with_name(path.name + "-wal")
        logged = log.exists() and log.stat().st_size > 0
        if logged or problem_of(error) not in ("full", "io", "readonly"):
            raise
    return _reader(path, "immutable=1")


def _reader(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?{how}",
        uri=True,
        timeout=limit("store", "busy_s"),
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("PRAGMA cache_size = -16384")
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")
    except BaseException:
        connection.close()
        raise
    return connection


def store_id(connection: sqlite3.Connection) -> int:
    """The random number this store was given when it was made.

    Raises:
        StoreUnavailable: the file is a database, but no Wayside store.
    """
    row = connection.execute("SELECT value FROM meta WHERE name = 'store_id'").fetchone()
    if row is None:
        raise told(StoreUnavailable, "store.closed_to.unnumbered")
    return int(row[0])
