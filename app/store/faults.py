"""What an error of SQLite means to the user: one word that names the cause."""

from __future__ import annotations

import sqlite3

_BY_CODE = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_PERM: "readonly",
    sqlite3.SQLITE_CANTOPEN: "readonly",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_IOERR: "io",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}

DAMAGED = "damaged"


def problem_of(error: sqlite3.Error) -> str:
    """The name of the problem: full, readonly, locked, io or damaged; empty for a fault of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    return "" if code is None else _BY_CODE.get(code & 0xFF, "")
