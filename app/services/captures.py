"""Captures: the raw bytes of open links, each in a file of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from app.core.errors import UserFacing
from app.core.rows import utc
from app.links.base import Link
from app.links.capture import CaptureWriter
from app.services.connections import Connections
from app.settings import Texts
from app.wording import os_reason, worded


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    link: Link
    writer: CaptureWriter


class Captures:
    """Which connections are recorded raw, and where to; whatever windows come and go.

    A capture ends when it is stopped, and when its link is closed or opened anew: a capture is
    one link's, from a moment on.
    """

    def __init__(
        self,
        connections: Connections,
        folder: Path,
        *,
        texts: Texts | None = None,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._connections = connections
        self._folder = folder
        self._texts = texts or Texts()
        self._now_ns = now_ns
        self._running: dict[str, _Running] = {}
        self._unsubscribe = connections.on_change(self._changed)

    def file(self, name: str) -> Path | None:
        """Where a connection is recorded to now, None where it is not."""
        running = self._running.get(name)
        if running is not None and self._connections.link(name) is not running.link:
            self.stop(name)
            return None
        return running.writer.path if running is not None else None

    def start(self, name: str) -> Path | None:
        """Record an open connection to a new file and return it; None where it is not open.

        Raises:
            UserFacing: the file cannot be made.
        """
        link = self._connections.link(name)
        if link is None:
            return None
        self.stop(name)
        stamp = utc(self._now_ns()).strftime("%Y%m%dT%H%M%SZ")
        safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in name)
        file = self._folder / f"{safe}-{stamp}.wcap"
        again = count(2)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Never over a capture of the same second.
            while file.exists():
                file = self._folder / f"{safe}-{stamp}-{next(again)}.wcap"
            writer = CaptureWriter(file, link.params.url(), now_ns=self._now_ns)
        except OSError as error:
            raise worded(
                UserFacing,
                self._texts,
                "services.folder.unwritable",
                folder=self._folder,
                error=os_reason(error),
            ) from error
        link.record(writer)
        self._running[name] = _Running(link=link, writer=writer)
        return file

    def stop(self, name: str) -> Path | None:
        """Write the rest, close the file and return it; None where nothing was recorded."""
        running = self._running.pop(name, None)
        if running is None:
            return None
        running.link.record(None)
        running.writer.close()
        return running.writer.path

    def close(self) -> None:
        """Stop every capture."""
        self._unsubscribe()
        for name in list(self._running):
            self.stop(name)

    def _changed(self, name: str) -> None:
        self.file(name)
