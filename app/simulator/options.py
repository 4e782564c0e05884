"""What the field simulator is asked to play."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.simulator.climate import Place

MODBUS_TCP, MODBUS_RTU, MODBUS_RTU_TCP, MQTT = "modbus+tcp", "modbus+rtu", "modbus+rtu+tcp", "mqtt"
PROTOCOLS = (MODBUS_TCP, MODBUS_RTU, MODBUS_RTU_TCP, MQTT)
EMBEDDED, MOSQUITTO = "embedded", "mosquitto"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorOptions:
    """A field of assets.

    ``faults`` are written ``NAME@ASSET`` or ``NAME@ASSET/device``. ``broker`` is ``embedded``
    (amqtt in this process, or mosquitto where amqtt is not installed), ``mosquitto`` (a process of
    its own) or ``mqtt://host:port`` of one that runs. ``publish_s`` is the period of each asset's
    telemetry, ``start_s`` the time of the world in UTC seconds (None: now). ``modbus_port`` is the
    first of consecutive ports for Modbus TCP, 0 for free ones.
    """

    poles: int = 3
    signs: int = 1
    seed: int = 1
    faults: tuple[str, ...] = ()
    protocols: tuple[str, ...] = PROTOCOLS
    broker: str = EMBEDDED
    host: str = "127.0.0.1"
    modbus_port: int = 0
    publish_s: float = 1.0
    start_s: float | None = None
    place: Place = field(default_factory=Place)
