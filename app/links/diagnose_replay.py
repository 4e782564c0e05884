"""The one check of a replay: the file is there and is a capture."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.codecs.capture import MAGIC
from app.links.diagnose_steps import Check, Outcome, Subject, failed, passed
from app.links.replay import ReplayParams
from app.wording import os_reason


async def _capture(subject: Subject[ReplayParams]) -> Outcome:
    file = subject.params.file
    try:
        first, size = await asyncio.to_thread(_begins, Path(file))
    except OSError as error:
        return failed("unreadable", file=file, reason=os_reason(error))
    if first != MAGIC:
        return failed("other", file=file)
    return passed(file=file, kib=f"{size / 1024:.1f}")


def _begins(file: Path) -> tuple[bytes, int]:
    with file.open("rb") as opened:
        return opened.read(len(MAGIC)), file.stat().st_size


REPLAY: tuple[Check[ReplayParams], ...] = (Check(id="capture", deadline_s=5, run=_capture),)
