"""Modbus TCP: ``modbus+tcp://host:502``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.codecs.modbus_tcp import TcpClient
from app.links.modbus_link import ModbusLink
from app.links.modbus_wiring import ModbusNetworkParams, network_link
from app.links.params import param
from app.settings import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusTcpParams(ModbusNetworkParams):
    """A gateway or device that speaks Modbus TCP."""

    scheme: ClassVar[str] = "modbus+tcp"

    port: int = param(label="links.field.port", kind="port", part="port", default=502)


def modbus_tcp_link(name: str, params: ModbusTcpParams, texts: Texts | None = None) -> ModbusLink:
    """A closed Modbus TCP link."""
    return network_link(name, params, TcpClient(), texts, broadcasts=False)
