"""One MQTT connection from CONNECT to its end: a protocol on a socket, no task of its own."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from app.core.links import Message
from app.links.mqtt_failures import Ended, Refused
from app.links.mqtt_wire import (
    Acked,
    Connack,
    Event,
    Goodbye,
    Malformed,
    NotMqtt,
    Pong,
    Suback,
    Wire,
)
from app.settings import limit

SESSION_TAKEN_OVER = 0x8E


class MqttSession(asyncio.BufferedProtocol):
    """A connection; ``lost`` holds the reason from the moment it is over.

    ``on_batch`` is called once a socket read with its messages, and they are acknowledged after
    it returned.
    """

    def __init__(self, wire: Wire, on_batch: Callable[[list[Message]], None]) -> None:
        loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[BaseException] = loop.create_future()
        self.keepalive_s = 60
        self._clock = loop.time
        self._wire = wire
        self._buffer = memoryview(bytearray(int(limit("mqtt", "read_size"))))
        self._on_batch = on_batch
        self._transport: asyncio.Transport | None = None
        self._closed: asyncio.Future[None] = loop.create_future()
        self._connack: asyncio.Future[Connack] = loop.create_future()
        self._answers: dict[int, asyncio.Future[Acked | Suback]] = {}
        self._pinged_at: float | None = None
        self._rtts: deque[float] = deque(maxlen=15)

    @property
    def version(self) -> int:
        """V5 or V311, as spoken on this connection."""
        return self._wire.proto_ver

    @property
    def rtt_s(self) -> float | None:
        """Median of the last round trips, None before the first."""
        return statistics.median(self._rtts) if self._rtts else None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # narrows for mypy
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where a read goes; its size bounds how long one turn of the loop may take."""
        del sizehint
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take all messages of this read, hand them on, then acknowledge them."""
        data = bytes(self._buffer[:nbytes])
        try:
            messages = self._wire.feed(data, time.time_ns())
        except (NotMqtt, Malformed) as error:
            self._end(error)
            return
        if messages:
            self._on_batch(messages)
        if self._wire.events:
            events, self._wire.events = self._wire.events, []
            for event in events:
                self._take(event)
        if self._wire.replies:
            replies = bytes(self._wire.replies)
            self._wire.replies.clear()
            self._write(replies)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give everybody who waits the reason."""
        self._end(exc or Ended("closed_by_broker"))
        if not self._closed.done():
            self._closed.set_result(None)

    def _take(self, event: Event) -> None:
        if isinstance(event, Connack):
            if not self._connack.done():
                self._connack.set_result(event)
        elif isinstance(event, Pong):
            if self._pinged_at is not None:
                self._rtts.append(self._clock() - self._pinged_at)
                self._pinged_at = None
        elif isinstance(event, Goodbye):
            kind = "taken_over" if event.code == SESSION_TAKEN_OVER else "goodbye"
            self._end(Ended(kind, event.reason or f"{event.code:#x}"))
        else:
            waiting = self._answers.pop(event.mid, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(event)

    def _end(self, reason: BaseException) -> None:
        """The connection is over, for the first reason given."""
        if not self.lost.done():
            self.lost.set_result(reason)
        everybody: list[asyncio.Future[Any]] = [self._connack, *self._answers.values()]
        for waiting in everybody:
            if not waiting.done():
                waiting.set_exception(reason)
                waiting.exception()  # whoever waits gets it; nobody waiting is no mistake
        self._answers.clear()
        if self._transport is not None:
            self._transport.abort()

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    async def connect(self, hello: bytes) -> Connack:
        """Send CONNECT and return a CONNACK that says yes; the caller sets the deadline.

        Raises:
            Refused: the broker said no.
        """
        self._write(hello)
        answer = await self._connack
        if answer.code:
            reason = str(answer.properties.get("reason_string", ""))
            raise Refused("connect", answer.code, self._wire.proto_ver, reason)
        return answer

    async def subscribe(self, topic_filter: str, qos: int) -> None:
        """Subscribe; returns when the broker has granted it; the caller sets the deadline.

        Raises:
            Refused: the broker said no.
        """
        mid, data = self._wire.subscribe(topic_filter, qos)
        answer = await self._send(mid, data)
        if isinstance(answer, Suback) and answer.codes[:1] >= b"\x80":
            raise Refused("subscribe", answer.codes[0], self._wire.proto_ver)

    async def publish(self, topic: str, payload: bytes, qos: int) -> int:
        """Publish; returns the broker's code (0 for QoS 0, from 128 a refusal).

        Raises:
            OverflowError: too much is on its way already.
        """
        if self._buffered() > limit("mqtt", "max_buffered"):
            raise OverflowError
        mid, data = self._wire.publish(topic, payload, qos)
        if not mid:
            self._write(data)
            return 0
        sent_at = self._clock()
        answer = await self._send(mid, data)
        self._rtts.append(self._clock() - sent_at)
        return answer.code if isinstance(answer, Acked) else 0

    def _buffered(self) -> int:
        return self._transport.get_write_buffer_size() if self._transport else 0

    async def _send(self, mid: int, data: bytes) -> Acked | Suback:
        if self.lost.done():
            raise self.lost.result()
        waiting: asyncio.Future[Acked | Suback] = asyncio.get_running_loop().create_future()
        self._answers[mid] = waiting
        self._write(data)
        try:
            return await waiting
        finally:
            self._answers.pop(mid, None)

    def ping(self) -> None:
        """Ask for a sign of life; the connection is over when the last one went unanswered."""
        if self._pinged_at is None:
            self._pinged_at = self._clock()
            self._write(self._wire.ping())
        elif self._clock() - self._pinged_at >= limit("mqtt", "pong_s"):
            self._end(Ended("no_pong"))

    async def close(self) -> None:
        """Say goodbye and close; the socket is gone when this returns."""
        if self._transport is None:
            return
        if not self.lost.done():
            self.lost.set_result(Ended("closed_by_us"))
            self._write(self._wire.disconnect())
        self._transport.close()
        try:
            async with asyncio.timeout(limit("mqtt", "close_s")):
                await asyncio.shield(self._closed)
        except TimeoutError:
            self._transport.abort()
            await self._closed
