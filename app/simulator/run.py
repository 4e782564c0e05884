"""The field simulator: the world, served over real protocols until it is stopped."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.core.errors import UserFacing
from app.profiles.library import Library
from app.simulator.asset import Look, SimulatedAsset
from app.simulator.broker import Broker, choose_broker
from app.simulator.eyes import Eyes
from app.simulator.modbus_server import TcpServer, Units
from app.simulator.options import MODBUS_RTU, MODBUS_RTU_TCP, MODBUS_TCP, MQTT, SimulatorOptions
from app.simulator.publisher import Publisher
from app.simulator.world import SLOW_STEPS, STEP_S, Catalogue, Field, World
from app.tasks import Tasks
from app.wording import told

if sys.platform != "win32":
    from app.simulator.pty_line import PtyLine
else:  # pragma: no cover
    PtyLine = None

RECONNECT_S = 1.0
CONNECT_S = 5.0
PING_S = 20.0
_SETTLE_S = SLOW_STEPS * STEP_S


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyAsset:
    """One simulated asset and the URLs of its links by scheme."""

    asset: str
    type: str
    links: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What the simulator announces; ``broker`` is a link on which every asset tells."""

    eyes: str
    assets: tuple[ReadyAsset, ...]
    broker: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON line of ``wayside simulate``."""
        return {
            "ready": True,
            "eyes": self.eyes,
            "assets": [
                {"asset": asset.asset, "type": asset.type, "links": dict(asset.links)}
                for asset in self.assets
            ],
        }


class _Served:
    """The servers of one asset."""

    def __init__(self, asset: SimulatedAsset, host: str) -> None:
        self.asset = asset
        self.units = Units(
            by_unit={device.slot.unit: device for device in asset.devices.values()},
            wire=asset.wire,
        )
        self._host = host
        self._tcp: list[TcpServer] = []
        self._line: PtyLine | None = None
        self.publisher: Publisher | None = None
        self.next_tell_s = 0.0
        self.was_down = False

    async def start(self, protocols: tuple[str, ...], port: int) -> dict[str, str]:
        """Open the Modbus servers; returns their URLs by scheme."""
        links: dict[str, str] = {}
        for scheme, rtu in ((MODBUS_TCP, False), (MODBUS_RTU_TCP, True)):
            if scheme in protocols:
                server = TcpServer(self.units, host=self._host, port=0 if rtu else port, rtu=rtu)
                self._tcp.append(server)
                links[scheme] = f"{scheme}://{self._host}:{await server.start()}"
        if MODBUS_RTU in protocols and PtyLine is not None:
            # A machine may have none, or none left: then there is no serial line to announce.
            with suppress(OSError):
                self._line = PtyLine(self.units)
                links[MODBUS_RTU] = f"{MODBUS_RTU}://{self._line.path}?baud=9600&parity=N"
        return links

    def cut(self) -> None:
        """Break every connection."""
        for server in self._tcp:
            server.drop_connections()
        if self.publisher is not None:
            self.publisher.drop()

    async def stop(self) -> None:
        """Close every server."""
        if self.publisher is not None:
            self.publisher.stop()
        for server in self._tcp:
            await server.stop()
        if self._line is not None:
            self._line.stop()
            self._line = None


class FieldSimulator:
    """Plays a field of assets; ``start`` returns when every server takes connections.

    ``clock`` is where its time comes from, UTC seconds.
    """

    def __init__(
        self, options: SimulatorOptions, *, clock: Callable[[], float] = time.time
    ) -> None:
        library = Library()
        self.options = options
        self._clock = clock
        self._offset_s = 0.0 if options.start_s is None else options.start_s - clock()
        field = Field(
            poles=options.poles,
            signs=options.signs,
            seed=options.seed,
            start_s=self.now_s() - _SETTLE_S,
            place=options.place,
            report_s=options.publish_s,
        )
        self.world = World(field, Catalogue(profile=library.profile, asset_type=library.asset_type))
        for fault in options.faults:
            self.world.inject(fault)
        # Faults are there from the first look on, not from the next time that something moves.
        self.world.advance(_SETTLE_S)
        self._served = {
            number: _Served(asset, options.host) for number, asset in self.world.assets.items()
        }
        self._eyes = Eyes(self.world.assets, self._follow)
        self._broker: Broker | None = None
        self._tasks = Tasks("simulator")
        self._timer: asyncio.TimerHandle | None = None
        self._next_ping_s = 0.0

    def now_s(self) -> float:
        """The time of the field, UTC seconds."""
        return self._clock() + self._offset_s

    async def start(self) -> Ready:
        """Serve; UserFacing where a port or the broker cannot be had, and then nothing is left."""
        serving = False
        try:
            ready = await self._start()
            serving = True
        finally:
            if not serving:
                await self.stop()
        return ready

    async def _start(self) -> Ready:
        options = self.options
        links = {
            number: await served.start(
                options.protocols, options.modbus_port + index if options.modbus_port else 0
            )
            for index, (number, served) in enumerate(self._served.items())
        }
        broker_url = ""
        if MQTT in options.protocols:
            self._broker = choose_broker(options.broker, options.host)
            await self._broker.start()
            root = f"mqtt://{self._broker.host}:{self._broker.port}"
            query = self._broker.query
            broker_url = f"{root}/wayside/#{query}"
            for number, served in self._served.items():
                asset = served.asset
                served.publisher = Publisher(asset, self.now_s, self._follow)
                links[number][MQTT] = f"{root}/{asset.topic.rpartition('/')[0]}/#{query}"
            await self._first_contact(self._broker)
            self._tasks.spawn(self._stay_connected(), "stay connected")
        eyes = await self._eyes.start(options.host)
        self._tick()
        return Ready(
            eyes=eyes,
            broker=broker_url,
            assets=tuple(
                ReadyAsset(asset=number, type=self.world.assets[number].type, links=found)
                for number, found in links.items()
            ),
        )

    async def _first_contact(self, broker: Broker) -> None:
        """Connect every asset; a broker that is not there at the start is somebody's mistake."""
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._connect_all()
                for served in self._served.values():
                    if served.publisher is not None and not served.asset.wire.is_down():
                        await served.publisher.listening.wait()
        except (OSError, TimeoutError) as error:
            raise told(
                UserFacing,
                f"simulator.broker_{'unreachable' if str(error) else 'mute'}",
                host=broker.host,
                port=broker.port,
                error=error,
                s=CONNECT_S,
            ) from error

    async def stop(self) -> None:
        """Close every port, line, process and task."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._tasks.cancel()
        await self._eyes.stop()
        for served in self._served.values():
            await served.stop()
        await asyncio.sleep(0)
        if self._broker is not None:
            await self._broker.stop()
            self._broker = None

    def inject(self, fault: str) -> None:
        """Put a fault in now, written ``NAME@ASSET/device``."""
        self.world.inject(fault)

    def clear(self, fault: str) -> None:
        """Take a fault out again."""
        self.world.clear(fault)

    def look(self, number: str) -> Look:
        """What a person standing at an asset sees now."""
        self._follow()
        return self.world.assets[number].look()

    def advance(self, seconds: float) -> None:
        """Let time pass at once; the world's clock is ahead by that from now on."""
        self._follow()
        self._offset_s += seconds
        self.world.advance(seconds)

    def _follow(self) -> None:
        self.world.follow(self.now_s())

    def _tick(self) -> None:
        self._follow()
        loop = asyncio.get_running_loop()
        now = loop.time()
        for served in self._served.values():
            down = served.asset.wire.is_down()
            if down and not served.was_down:
                served.cut()
            served.was_down = down
            if served.publisher is not None and now >= served.next_tell_s:
                period = served.asset.body.report_s
                late = now - served.next_tell_s
                served.next_tell_s = served.next_tell_s + period if late < period else now + period
                served.publisher.tell()
        self._timer = loop.call_later(STEP_S, self._tick)

    async def _stay_connected(self) -> None:
        while True:
            await asyncio.sleep(RECONNECT_S)
            with suppress(OSError):
                await self._connect_all()
            if (now := asyncio.get_running_loop().time()) >= self._next_ping_s:
                self._next_ping_s = now + PING_S
                for served in self._served.values():
                    if served.publisher is not None:
                        served.publisher.ping()

    async def _connect_all(self) -> None:
        """Connect whoever is not; OSError where the broker does not answer."""
        broker = self._broker
        loop = asyncio.get_running_loop()
        for index, served in enumerate(self._served.values()):
            publisher = served.publisher
            if broker is None or publisher is None or publisher.connected:
                continue
            if served.asset.wire.is_down():
                continue
            await loop.create_connection(publisher.itself, broker.host, broker.port)
            if not served.next_tell_s:
                # Spread over the period, so that a thousand assets do not speak at once.
                share = index / max(1, len(self._served))
                served.next_tell_s = loop.time() + share * served.asset.body.report_s
