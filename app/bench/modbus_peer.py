"""A unit on a serial line whose bytes take the time that a real line's take.

A pseudo-terminal has no baud rate, so the peer, in a process of its own, waits for it: a request
counts as heard when its last byte would have been, and each byte of the answer is handed over
when it would have arrived.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import struct
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from app.codecs.modbus_crc import crc16, with_crc

_REQUEST = 8
_SPIN_S = 0.0003
_FIFO = 8
"""Bytes handed over together, as a UART's receive buffer does; the last ones come when whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line: its speed, and the units that do not answer."""

    baud: int
    silent: frozenset[int] = frozenset()

    @property
    def character_s(self) -> float:
        """Seconds a character takes at 8N1."""
        return 10 / self.baud

    def wire_s(self, registers: int) -> float:
        """Seconds that a read of so many registers and its answer are on the line."""
        return (_REQUEST + 5 + 2 * registers) * self.character_s


@contextmanager
def peer(line: Line) -> Iterator[str]:
    """A unit at the far end of a new pseudo-terminal; gives the near end's path."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, line), daemon=True)
    process.start()
    try:
        yield str(ours.recv())
    finally:
        process.terminate()
        process.join(5)


def _serve(pipe: Connection, line: Line) -> None:
    far, near = os.openpty()
    tty.setraw(near)
    pipe.send(os.ttyname(near))
    buffer = b""
    while True:
        select.select([far], [], [])
        arrived = time.perf_counter()
        buffer += os.read(far, 4096)
        while len(buffer) >= _REQUEST:
            request, buffer = buffer[:_REQUEST], buffer[_REQUEST:]
            if crc16(request) == 0 and request[0] not in line.silent:
                _answer(far, line, request, arrived)


def _answer(far: int, line: Line, request: bytes, arrived: float) -> None:
    unit, function, address, count = struct.unpack_from(">BBHH", request)
    values = ((address + place) & 0xFFFF for place in range(count))
    body = struct.pack(f">BBB{count}H", unit, function, 2 * count, *values)
    data = with_crc(body)
    start = arrived + len(request) * line.character_s
    for place in range(0, len(data), _FIFO):
        piece = data[place : place + _FIFO]
        _until(start + (place + len(piece)) * line.character_s)
        os.write(far, piece)


def _until(moment: float) -> None:
    """Return at the moment: sleep most of the way, spin the rest, for a sleep comes late."""
    while (left := moment - time.perf_counter()) > 0:
        if left > _SPIN_S:
            time.sleep(left - _SPIN_S)
