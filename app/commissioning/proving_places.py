"""Where something was altered, in words: the table, the row by its own id, the field, the time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.commissioning.proofs import Proof, note, proof
from app.core.rows import utc
from app.settings import Texts, limit
from app.store.records_damage import KeptRow
from app.store.records_rows import Table

Path = tuple[str | int, ...]
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_LINKED = frozenset({Table.AUDIT, Table.JOB, Table.CHAIN, Table.ATTEMPT})
"""Tables whose rows others rest on."""
_PLAIN = re.compile(r"\w+")


def path_at(document: bytes, at: int) -> Path:
    """The keys and places of the value that a byte of some JSON belongs to."""
    path: list[str | int] = []
    objects: list[bool] = []
    names = False
    for token in _TOKEN.finditer(document):
        if token.start() > at:
            break
        text = token[0]
        if text in (b"{", b"["):
            names = text == b"{"
            objects.append(names)
            path.append("" if names else 0)
        elif text in (b"}", b"]"):
            objects.pop()
            path.pop()
        elif text == b"," and not objects[-1]:
            path[-1] = int(path[-1]) + 1
        elif text in (b",", b":"):
            names = text == b","
        elif names:
            path[-1] = json.loads(text)
    return tuple(path[:-1] if path and path[-1] == "" else path)


def field_text(path: Path) -> str:
    """A path as it is written: ``attempt.outcome.frames[3].response``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part, ensure_ascii=False)}]"
    return text


def time_text(ns: object) -> str:
    """A moment to the second, UTC."""
    return f"{utc(int(str(ns))):%Y-%m-%dT%H:%M:%SZ}"


def row_text(table: Table, row: KeptRow, asset: str, texts: Texts) -> str:
    """What a row of records is: its table and id, and what it is about as far as it can be read."""
    found = row.restored
    if found is None:
        about = " ".join(part for part in (row.key, row.note) if part)
        return texts.get("verify.where.lost", table=table.sql, row=row.id, key=about)
    return texts.get(f"verify.where.{table.sql}", row=row.id, **_facts(table, found, asset))


def _facts(table: Table, found: Mapping[str, Any], asset: str) -> dict[str, object]:
    if table is Table.ATTEMPT:
        attempt = found["attempt"]
        return {
            "check": attempt["check"],
            "number": attempt["number"],
            "asset": asset,
            "time": time_text(attempt["started_ns"]),
        }
    if table is Table.AUDIT:
        who, action, target = found["who"], found["action"], found["target"]
        return {"who": who, "action": action, "target": target, "time": time_text(found["time_ns"])}
    if table is Table.COMMAND:
        request = found["request"]
        return {
            "command": request["command"],
            "device": request["device"],
            "time": time_text(found["created_ns"]),
        }
    if table is Table.JOB:
        job = found["document"]
        return {"job": job["id"], "asset": job["asset"], "time": time_text(job["created_ns"])}
    if table is Table.CHAIN:
        return {"chain": found["id"].rstrip(":")}
    return {"device": found["device"], "point": found["point"], "time": time_text(found["sent_ns"])}


def byte_text(changed: tuple[int, int, int], texts: Texts | None = None) -> str:
    """A changed byte: which, what it is now, and what it was; in English without texts."""
    at, now, was = changed
    words = texts or Texts("en")
    return words.get("verify.change.byte", at=at, now=f"0x{now:02x}", was=f"0x{was:02x}")


def altered(table: Table, row: KeptRow, asset: str, texts: Texts) -> Proof:
    """That a row of records is not what was kept, and where it differs."""
    if row.misfiled:
        change = texts.get("verify.change.misfiled", found=row.misfiled)
    elif row.changed is None:
        change = texts.get("verify.change.many")
    elif row.at < 0:
        change = texts.get("verify.change.seal", byte=byte_text(row.changed, texts))
    else:
        field = field_text(path_at(row.was, row.at))
        byte = byte_text(row.changed, texts)
        change = texts.get("verify.change.field", field=field, byte=byte)
    at = f"{table.sql} {row.id}"
    if row.changed is not None:
        at = f"{at}, {byte_text(row.changed)}"
    where = row_text(table, row, asset, texts)
    return proof("altered", texts, good=False, at=at, where=where, change=change)


def told(table: Table, rows: Sequence[KeptRow], texts: Texts, *, asset: str = "") -> list[Proof]:
    """The rows that were altered, each once, and what follows where a byte can be put back."""
    wrong = [row for row in rows if not row.is_whole]
    found = fewer([altered(table, row, asset, texts) for row in wrong], texts)
    if table not in _LINKED:
        found += [note("alone", texts)] if wrong else []
    elif any(row.document is None and row.was for row in wrong):
        found.append(note("put_back", texts))
    return found


def fewer(proofs: Sequence[Proof], texts: Texts) -> list[Proof]:
    """The first of many alike, and how many more there are."""
    named = int(limit("verify", "named"))
    if len(proofs) <= named:
        return list(proofs)
    return [*proofs[:named], proof("more", texts, good=False, count=len(proofs) - named)]
