"""The raw bytes of a command's exchanges, kept as evidence: all at first, then the last ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from app.codecs.modbus_pdu import BIT_TABLES, Request, pack_bits
from app.core.commissioning import Frame
from app.settings import limit


def modbus_frame(request: Request, response: bytes | None, *, time_ns: int, device: str) -> Frame:
    """A frame of one Modbus exchange: unit and PDU of both sides; no response is empty."""
    unit = bytes((request.unit,))
    return Frame(
        kind="modbus",
        time_ns=time_ns,
        device=device,
        note=str(request),
        request=(unit + request.pdu).hex(" "),
        response="" if response is None else (unit + response).hex(" "),
    )


def read_response(request: Request, values: Sequence[int]) -> bytes:
    """The PDU of the answer that gave these values: it can have been no other."""
    if request.table in BIT_TABLES:
        return request.echo + pack_bits([bool(value) for value in values])
    return request.echo + b"".join(value.to_bytes(2, "big") for value in values)


def refusal(request: Request, code: int) -> bytes:
    """The PDU of a refusal: the function with its high bit, and the code."""
    return bytes((request.function | 0x80, code & 0xFF))


class Frames:
    """What was exchanged, in order; in between the first and the last ones is left out."""

    def __init__(self) -> None:
        self._first: list[Frame] = []
        self._last: deque[Frame] = deque(maxlen=int(limit("commands", "frames_last")))
        self._most = int(limit("commands", "frames_first"))

    def add(self, frame: Frame) -> None:
        """One more exchange."""
        if len(self._first) < self._most:
            self._first.append(frame)
        else:
            self._last.append(frame)

    def kept(self) -> tuple[Frame, ...]:
        """The frames that are kept."""
        return (*self._first, *self._last)

    def lines(self) -> tuple[str, ...]:
        """The same as text, ``request > response``."""
        return tuple(f"{frame.request} > {frame.response}" for frame in self.kept())
