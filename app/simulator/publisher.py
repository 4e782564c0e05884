"""The MQTT side of one asset: its telemetry, and the commands it takes and acknowledges.

Telemetry is ``{"ts": ms, "values": {point: value}}``. A command is
``{"id": ..., "point": ..., "value": ...}``, or an object of points and values, with ``expires``
(UTC ms) where it must not be obeyed late; the answer on the asset's ``ack`` topic is
``{"id", "ok", "ts"}`` with ``error`` where it was refused.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import msgspec

from app.simulator import mqtt_bytes as mqtt
from app.simulator.asset import SimulatedAsset
from app.simulator.players import Value

_log = logging.getLogger(__name__)
KEEPALIVE_S = 60
NOT_POINTS = ("id", "ts", "expires")


class Publisher(asyncio.Protocol):
    """One asset's connection to the broker, one after another; its owner makes them.

    ``ready``: the broker has welcomed it; ``listening`` is set while it hears its commands.
    """

    def __init__(
        self, asset: SimulatedAsset, now_s: Callable[[], float], refresh: Callable[[], None]
    ) -> None:
        self.asset = asset
        self._now_s = now_s
        self._refresh = refresh
        self._transport: asyncio.Transport | None = None
        self._reader = mqtt.PacketReader()
        self.ready = False
        self.listening = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether there is a connection, welcomed or not yet."""
        return self._transport is not None

    def itself(self) -> Publisher:
        """What a connection is made with: the asset keeps one protocol over all of them."""
        return self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Introduce the asset to the broker."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._reader = mqtt.PacketReader()
            transport.write(mqtt.connect(f"wayside-sim-{self.asset.number}", KEEPALIVE_S))

    def connection_lost(self, _exc: Exception | None) -> None:
        """Remember that there is none; the owner connects again."""
        self._transport = None
        self.ready = False
        self.listening.clear()

    def data_received(self, data: bytes) -> None:
        """Take what the broker sends."""
        try:
            for packet in self._reader.feed(data):
                self._take(packet)
        except ValueError as error:
            _log.info("%s: the broker breaks the protocol: %s", self.asset.number, error)
            self.drop()

    def _take(self, packet: mqtt.Packet) -> None:
        if packet.kind == mqtt.CONNACK:
            if packet.body[1:2] != b"\x00":
                raise ValueError(f"the broker refused the asset: {packet.body.hex()}")
            self.ready = True
            self._write(mqtt.subscribe(1, self.asset.command_topic, 1))
        elif packet.kind == mqtt.SUBACK:
            self.listening.set()
        elif packet.kind == mqtt.PUBLISH:
            heard = mqtt.publication(packet)
            if heard.mid:
                self._write(mqtt.puback(heard.mid))
            if not self.asset.mute:
                self._refresh()
                self._obey(heard.payload)

    def _obey(self, payload: bytes) -> None:
        try:
            order: Any = msgspec.json.decode(payload)
        except msgspec.DecodeError:
            order = None
        if not isinstance(order, dict):
            return
        error = self._why_not(order)
        answer: dict[str, Any] = {
            "id": order.get("id"),
            "ok": not error,
            "ts": round(self._now_s() * 1000),
        }
        if error:
            answer["error"] = error
        self._write(mqtt.publish(self.asset.ack_topic, msgspec.json.encode(answer)))

    def _why_not(self, order: dict[str, Any]) -> str:
        """Obey an order; empty, or why it was refused."""
        expires = order.get("expires")
        if isinstance(expires, int | float) and expires < self._now_s() * 1000:
            return "expired"
        if isinstance(point := order.get("point"), str):
            wanted = {point: order.get("value")}
        else:
            wanted = {name: value for name, value in order.items() if name not in NOT_POINTS}
        if not wanted:
            return "no point"
        refused = [name for name, value in wanted.items() if not self._set(name, value)]
        return f"refused: {', '.join(refused)}" if refused else ""

    def _set(self, point: str, value: object) -> bool:
        try:
            return isinstance(value, Value) and self.asset.body.command(point, value)
        except ValueError:
            return False

    def tell(self) -> None:
        """Publish the telemetry of now; a muted asset, or one without a connection, does not."""
        if not self.ready or self.asset.mute:
            return
        values = self.asset.telemetry()
        message = {"ts": round(self._now_s() * 1000), "values": values}
        payload = self.asset.wire.garbled(msgspec.json.encode(message))
        self._write(mqtt.publish(self.asset.topic, payload))
        self.asset.body.contact()

    def ping(self) -> None:
        """Keep the connection alive."""
        if self.ready:
            self._write(mqtt.PING)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def drop(self) -> None:
        """Cut the connection, as a broken link does."""
        if self._transport is not None:
            self._transport.abort()

    def stop(self) -> None:
        """Say goodbye."""
        if self._transport is not None:
            self._write(mqtt.GOODBYE)
            self._transport.close()
