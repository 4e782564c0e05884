"""The audit: who did what to which object, when, from where, with what result."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.core.commands import AuditEntry
from app.core.errors import StoreUnavailable
from app.settings import Texts
from app.store.records import Records
from app.store.records_chain import ChainFlaw, Flaw, Head
from app.store.records_reading import AuditDraft

_log = logging.getLogger(__name__)
_DAY_NS = 86_400 * 10**9


def flaw_text(flaw: ChainFlaw, texts: Texts) -> str:
    """What is wrong with a chain, in words that name the entry."""
    kind = flaw.flaw.value
    if flaw.number == flaw.last and flaw.flaw in (Flaw.MISSING, Flaw.TRUNCATED):
        kind += "_one"
    return texts.get(f"records.flaw.{kind}", number=flaw.number, last=flaw.last)


def read_anchors(file: Path) -> Sequence[tuple[int, Head]]:
    """The anchors in a file with their times; lines that cannot be read are left out."""
    try:
        lines = file.read_text("ascii", "replace").splitlines()
    except OSError:
        return []
    found: list[tuple[int, Head]] = []
    for line in lines:
        parts = line.split()
        if len(parts) == 3 and parts[0].isdecimal() and parts[1].isdecimal():
            found.append((int(parts[0]), Head(number=int(parts[1]), hash=parts[2])))
    return found


class Audit:
    """Writes entries with time and place, and keeps anchors of the chain's end in a file beside.

    The anchors are lines ``time_ns number hash``, one a day and one at each start. Whoever cuts
    the end off the audit has to find and forge them, too; a copy on another disk settles it.
    """

    def __init__(
        self, records: Records, anchors: Path, *, now_ns: Callable[[], int] = time.time_ns
    ) -> None:
        self.records = records
        self._anchors = anchors
        self._now_ns = now_ns
        self.where = socket.gethostname()

    def draft(
        self, who: str, action: str, target: str, *, detail: str = "", result: str = ""
    ) -> AuditDraft:
        """An entry of now and here, to be kept in the same transaction as what it is about."""
        return AuditDraft(
            time_ns=self._now_ns(),
            who=who,
            where=self.where,
            action=action,
            target=target,
            detail=detail,
            result=result,
        )

    async def record(
        self, who: str, action: str, target: str, *, detail: str = "", result: str = ""
    ) -> AuditEntry:
        """Keep an entry; returns when it is durable.

        Raises:
            StoreUnavailable: it is not kept.
        """
        return await self.records.append_audit(
            self.draft(who, action, target, detail=detail, result=result)
        )

    async def verify(self) -> list[ChainFlaw]:
        """Every flaw of the chain, also against the anchors; none where nobody touched it."""
        return await self.records.verify_audit([head for _, head in self.anchors()])

    def anchors(self) -> Sequence[tuple[int, Head]]:
        """The anchors kept so far with their times; lines that cannot be read are left out."""
        return read_anchors(self._anchors)

    async def watch(self, every_s: float = 3600.0) -> None:
        """Keep an anchor now and each day, until cancelled."""
        daily = False
        while True:
            try:
                await self.anchor(daily=daily)
            except (OSError, StoreUnavailable) as error:
                _log.warning("the end of the audit could not be kept elsewhere: %s", error)
            daily = True
            await asyncio.sleep(every_s)

    async def anchor(self, *, daily: bool = False) -> None:
        """Keep the chain's end as it is now; with ``daily`` only where the last is a day old.

        Raises:
            OSError: the file cannot be written.
        """
        now_ns, kept = self._now_ns(), self.anchors()
        if daily and kept and now_ns - kept[-1][0] < _DAY_NS:
            return
        head = await self.records.audit_head()
        if head.number and (not kept or kept[-1][1] != head):
            with self._anchors.open("a", encoding="ascii") as file:
                file.write(f"{now_ns} {head.number} {head.hash}\n")
