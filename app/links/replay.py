"""Replay of a capture as a link: ``replay:///file.wcap?speed=1``; Modbus and MQTT captures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from app.codecs.capture import (
    CaptureEvent,
    CaptureFault,
    CaptureHeader,
    CaptureReader,
    CaptureRecord,
    Fault,
)
from app.codecs.modbus_passive import PassiveDecoder
from app.core.callbacks import Callbacks, Unsubscribe
from app.core.errors import RemoteProtocolError, UserFacing, WaysideError
from app.core.links import LinkState, LinkStatus, Message, RegistersRead
from app.links.base import CaptureSink
from app.links.params import LinkParams, param
from app.links.status import StatusBoard
from app.settings import Texts
from app.tasks import Tasks
from app.wording import mistake, os_reason

_CHUNK = 1 << 16
_BATCH = 256
"""Records handed over together at most, so that a turn of the loop stays short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayParams(LinkParams):
    """A capture file and how fast it plays.

    ``speed`` 1 is as recorded, 10 ten times as fast, 0 as fast as it goes. ``times`` says whether
    samples keep the times of the recording or get those of the replay.
    """

    scheme: ClassVar[str] = "replay"

    file: str = param(
        label="modbus.field.file", kind="file", part="path", placeholder="capture.wcap"
    )
    speed: float = param(
        label="modbus.field.speed", kind="number", default=1.0, minimum=0, maximum=10000
    )
    times: str = param(
        label="modbus.field.times",
        kind="choice",
        choices=("recorded", "now"),
        default="recorded",
        advanced=True,
    )


class ReplayLink:
    """Implements ReplayedLink (base.py); CLOSED again, with a word why, when the file is over."""

    def __init__(self, name: str, params: ReplayParams, texts: Texts | None = None) -> None:
        self.name = name
        self.params: LinkParams = params
        self._settings = params
        self._texts = texts or Texts()
        self._board = StatusBoard()
        self._tasks = Tasks(f"link {name}")
        self._registers: Callbacks[Sequence[RegistersRead]] = Callbacks()
        self._messages: Callbacks[Sequence[Message]] = Callbacks()
        self._decoder: PassiveDecoder | None = None
        self._sink: CaptureSink | None = None

    @property
    def status(self) -> LinkStatus:
        """State and counters now; ``received`` counts records."""
        return self._board.status()

    def on_status(self, listener: Callable[[LinkStatus], None]) -> Unsubscribe:
        """Be told of each change of state."""
        return self._board.subscribe(listener)

    def on_registers(self, listener: Callable[[Sequence[RegistersRead]], None]) -> Unsubscribe:
        """Be handed the register reads of a Modbus capture."""
        return self._registers.subscribe(listener)

    def on_messages(self, listener: Callable[[Sequence[Message]], None]) -> Unsubscribe:
        """Be handed the messages of an MQTT capture."""
        return self._messages.subscribe(listener)

    def record(self, sink: CaptureSink | None) -> None:
        """Copy what is played into another capture; None stops."""
        self._sink = sink

    async def open(self) -> None:
        """Begin to play. UserFacing where the file is absent or no capture."""
        if self._board.state is not LinkState.CLOSED:
            return
        events = self._events()
        header = next(events, None)
        if not isinstance(header, CaptureHeader):
            raise self._unusable(header)
        self._board.move(LinkState.CONNECTING)
        scheme = header.url.partition("://")[0]
        modbus = scheme.startswith("modbus")
        self._decoder = PassiveDecoder(tcp=scheme == "modbus+tcp") if modbus else None
        self._board.move(LinkState.CONNECTED, header.url)
        self._tasks.spawn(self._play(events, header.started_ns), "replay")

    async def close(self) -> None:
        """Stop playing."""
        await self._tasks.cancel()
        self._board.move(LinkState.CLOSED)

    def _events(self) -> Iterator[CaptureEvent]:
        """Everything in the file; read in pieces, so that a large one costs no memory."""
        path, reader = Path(self._settings.file), CaptureReader()
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    reader.receive_data(chunk)
                    while (event := reader.next_event()) is not None:
                        yield event
        except OSError as error:
            reason = os_reason(error)
            raise mistake(
                self._texts, "modbus.capture.nothing", file=path.name, reason=reason
            ) from error
        if (fault := reader.finish()) is not None:
            yield fault

    def _unusable(self, event: CaptureEvent | None) -> UserFacing:
        newer = isinstance(event, CaptureFault) and event.fault is Fault.NEWER
        return mistake(
            self._texts,
            "modbus.capture.newer" if newer else "modbus.capture.not_a_capture",
            file=Path(self._settings.file).name,
            version=event.value if isinstance(event, CaptureFault) else 0,
        )

    async def _play(self, events: Iterator[CaptureEvent], started_ns: int) -> None:
        try:
            fault = await self._records(events, started_ns)
        except UserFacing as error:
            self._end(error, str(error))
        else:
            said = self._said(fault)
            self._end(None if fault is None else RemoteProtocolError(said), said)

    async def _records(
        self, events: Iterator[CaptureEvent], started_ns: int
    ) -> CaptureFault | None:
        loop = asyncio.get_running_loop()
        began, speed = loop.time(), self._settings.speed
        shift_ns = time.time_ns() - started_ns if self._settings.times == "now" else 0
        batch: list[CaptureRecord] = []
        fault: CaptureFault | None = None
        for event in events:
            if isinstance(event, CaptureFault):
                fault = event
            if not isinstance(event, CaptureRecord):
                continue
            wait_s = 0.0
            if speed:
                wait_s = began + (event.time_ns - started_ns) / 1e9 / speed - loop.time()
            if wait_s > 0 or len(batch) >= _BATCH:
                self._hand_over(batch, shift_ns)
                batch = []
                await asyncio.sleep(max(0.0, wait_s))
            batch.append(event)
        self._hand_over(batch, shift_ns)
        return fault

    def _hand_over(self, batch: Sequence[CaptureRecord], shift_ns: int) -> None:
        reads: list[RegistersRead] = []
        messages: list[Message] = []
        for record in batch:
            self._board.received += 1
            if self._sink is not None:
                copy = self._sink.sent if record.sent else self._sink.received
                copy(record.data, note=record.note)
            time_ns = record.time_ns + shift_ns
            if self._decoder is None:
                if not record.sent:
                    messages.append(Message(record.note, record.data, time_ns))
            elif record.sent:
                self._decoder.sent(record.data)
            else:
                reads.extend(self._decoder.received(record.data, time_ns))
        if reads:
            self._registers.fire(reads)
        if messages:
            self._messages.fire(messages)

    def _end(self, error: WaysideError | None, said: str) -> None:
        if error is not None:
            self._board.failed(error)
        self._board.move(LinkState.CLOSED, said)

    def _said(self, fault: CaptureFault | None) -> str:
        if fault is None:
            return self._texts.get("modbus.capture.played")
        return self._texts.get(
            f"modbus.capture.{fault.fault.value}.seen", place=fault.place, bytes=fault.value
        )
