"""Recording a link's raw bytes to a file, without ever being in the link's way."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from app.codecs.capture import CaptureHeader, CaptureRecord, encode_header, encode_record

_log = logging.getLogger(__name__)
_FLUSH_BYTES = 65536
_FLUSH_S = 1.0


class CaptureWriter:
    """Implements CaptureSink (base.py) for a .wcap file; made and used on the loop.

    Records gather in memory and go to the file a second later at the latest. When the file can
    take no more (a full disk), the capture ends there, ``problem`` says why, and what comes after
    is dropped: the link goes on.

    Args:
        path: the file; one that exists is written anew.
        url: the link's URL, as ``params.url()`` gives it: it never holds a secret.
        now_ns: the clock of the records.

    Raises:
        OSError: the file cannot be made.
    """

    def __init__(self, path: Path, url: str, *, now_ns: Callable[[], int] = time.time_ns) -> None:
        self.path = path
        self.problem: OSError | None = None
        self.records = 0
        self._now_ns = now_ns
        self._file = path.open("wb", buffering=0)
        self._pending = bytearray(encode_header(CaptureHeader(url, now_ns())))
        self._timer: asyncio.TimerHandle | None = None
        self.flush()

    def sent(self, data: bytes, *, note: str = "") -> None:
        """Bytes left."""
        self._add(CaptureRecord(self._now_ns(), True, data, note))  # noqa: FBT003

    def received(self, data: bytes, *, note: str = "") -> None:
        """Bytes came."""
        self._add(CaptureRecord(self._now_ns(), False, data, note))  # noqa: FBT003

    def flush(self) -> None:
        """Write what has gathered."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.problem is not None or self._file.closed:
            self._pending.clear()
            return
        try:
            while self._pending:
                done = self._file.write(self._pending)
                del self._pending[:done]
        except OSError as error:
            self._give_up(error)

    def close(self) -> None:
        """Write the rest and close the file; records that come later are dropped."""
        self.flush()
        self._file.close()

    def _add(self, record: CaptureRecord) -> None:
        if self.problem is not None or self._file.closed:
            return
        self.records += 1
        self._pending += encode_record(record)
        if len(self._pending) >= _FLUSH_BYTES:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_S, self.flush)

    def _give_up(self, error: OSError) -> None:
        self.problem = error
        self._pending.clear()
        _log.warning("the capture %s stopped: %s", self.path, error.strerror)
        self._file.close()
