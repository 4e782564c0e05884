"""Modbus RTU frames over TCP, as a transparent DTU carries them: ``modbus+rtu+tcp://host:port``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.codecs.modbus_rtu import RtuClient
from app.links.modbus_link import ModbusLink
from app.links.modbus_wiring import ModbusNetworkParams, network_link, timeout_param
from app.links.params import param
from app.settings import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusRtuTcpParams(ModbusNetworkParams):
    """A serial server or DTU that passes RTU frames through, check sum and all."""

    scheme: ClassVar[str] = "modbus+rtu+tcp"

    port: int = param(label="links.field.port", kind="port", part="port", placeholder="4196")
    timeout_s: float = timeout_param("rtu_tcp_timeout_s")


def modbus_rtu_tcp_link(
    name: str, params: ModbusRtuTcpParams, texts: Texts | None = None
) -> ModbusLink:
    """A closed link for RTU frames over TCP."""
    return network_link(name, params, RtuClient(), texts, broadcasts=True)
