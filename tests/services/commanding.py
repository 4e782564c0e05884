"""A whole engine beside a field simulator, and a count of what its devices were told to do."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from app.core.commands import Command, CommandRequest
from app.services.connection_file import SavedAsset, SavedConnection, SavedDevice
from app.services.engine import Engine, EngineOptions, start_engine
from app.simulator.options import MODBUS_TCP, MQTT, SimulatorOptions
from app.simulator.run import FieldSimulator

LAMP, POLE, SIGN = "SP-0001/lamp1", "SP-0001", "TS-0001"


@dataclass
class Field:
    """A running simulator; ``done`` are the writes that reached a device's firmware."""

    simulator: FieldSimulator
    links: dict[str, dict[str, str]]
    broker: str
    done: list[tuple[str, str, Any]] = field(default_factory=list)

    def watch(self) -> None:
        for number, asset in self.simulator.world.assets.items():
            for slot, device in asset.devices.items():
                device.player.write = self._counted(f"{number}/{slot}", device.player.write)

    def _counted(self, key, write):
        def counted(point, value):
            self.done.append((key, point, value))
            return write(point, value)

        return counted


@asynccontextmanager
async def field_of(*faults: str, mqtt: bool = False, poles: int = 1):
    protocols = (MODBUS_TCP, MQTT) if mqtt else (MODBUS_TCP,)
    options = SimulatorOptions(poles=poles, signs=1, faults=faults, protocols=protocols)
    simulator = FieldSimulator(options)
    ready = await simulator.start()
    links = {asset.asset: asset.links for asset in ready.assets}
    running = Field(simulator, links, ready.broker)
    running.watch()
    try:
        yield running
    finally:
        await simulator.stop()


def pole(place: Field) -> SavedConnection:
    asset = SavedAsset(number=POLE, type="reference-pole")
    return SavedConnection(name="pole", url=place.links[POLE][MODBUS_TCP], assets=(asset,))


def broker(place: Field) -> SavedConnection:
    types = {"SP": "reference-pole", "TS": "reference-sign"}
    assets = tuple(SavedAsset(number=number, type=types[number[:2]]) for number in place.links)
    return SavedConnection(name="broker", url=place.broker, assets=assets)


def single(url: str, unit: int = 11, profile: str = "wayside-lamp-controller") -> SavedConnection:
    device = SavedDevice(key=LAMP, profile=profile, unit=unit)
    return SavedConnection(name="single", url=url, devices=(device,))


@asynccontextmanager
async def engine_on(data, *connections: SavedConnection):
    engine = await start_engine(EngineOptions(data=data))
    try:
        for connection in connections:
            known = {saved.name for saved in engine.connections.saved()}
            if connection.name not in known:
                await engine.connections.add(connection)
        yield engine
    finally:
        await engine.close()


async def send(engine: Engine, device: str, command: str, value: Any, **more: Any) -> Command:
    request = CommandRequest(device=device, command=command, value=value, who="operator", **more)
    return await engine.commands.send(request)
