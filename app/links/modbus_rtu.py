"""Modbus RTU on a serial port: ``modbus+rtu:///dev/ttyUSB0?baud=9600&parity=N``."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from app.codecs.modbus_rtu import RtuClient
from app.links.modbus_connection import Connection, Lost, Received
from app.links.modbus_link import ModbusLink, Wiring
from app.links.modbus_wiring import backoff, gap_param, patience, timeout_param, timing
from app.links.params import LinkParams, param
from app.links.serial_port import SerialPort, SerialSettings
from app.settings import Texts, limit

_SILENCE_CHARACTERS = 3.5
_LEAST_SILENCE_S = 0.00175
"""MODBUS over serial line V1.02, 2.5.1.1: 3.5 characters, and never less than 1.75 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusRtuParams(LinkParams):
    """A serial port and how its line is set.

    ``timeout_s`` is the longest wait for one answer; shorter waits are learnt from the answers.
    ``gap_s`` is a silence between requests longer than the standard's 3.5 characters.
    """

    scheme: ClassVar[str] = "modbus+rtu"

    device: str = param(
        label="modbus.field.device", kind="serial_port", part="path", placeholder="/dev/ttyUSB0"
    )
    baud: int = param(
        label="modbus.field.baud",
        kind="choice",
        choices=(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400),
        default=9600,
    )
    parity: str = param(
        label="modbus.field.parity", kind="choice", choices=("N", "E", "O"), default="N"
    )
    stop: int = param(label="modbus.field.stop", kind="choice", choices=(1, 2), default=1)
    timeout_s: float = timeout_param("rtu_timeout_s")
    gap_s: float = gap_param()

    @property
    def serial(self) -> SerialSettings:
        """What the port is opened with."""
        return SerialSettings(
            device=self.device, baud=self.baud, parity=self.parity, stop=self.stop
        )

    @property
    def silence_s(self) -> float:
        """The silence kept on the line before each request."""
        standard = _SILENCE_CHARACTERS * self.serial.character_s
        return max(self.gap_s, standard, _LEAST_SILENCE_S)


def modbus_rtu_link(name: str, params: ModbusRtuParams, texts: Texts | None = None) -> ModbusLink:
    """A closed Modbus RTU link."""
    settings = params.serial

    async def connect(received: Received, lost: Lost) -> Connection:
        port = SerialPort(settings, received, lost, close_s=limit("modbus", "close_s"))
        try:
            await port.open()
        except (OSError, asyncio.CancelledError):
            await port.close()
            raise
        return port

    floor_s = limit("modbus", "floor_characters") * settings.character_s
    wiring = Wiring(
        client=RtuClient(),
        connect=connect,
        timing=timing(
            character_s=settings.character_s, timeout_s=params.timeout_s, broadcasts=True
        ),
        patience=patience(max(floor_s, limit("modbus", "floor_s")), params.timeout_s),
        backoff=backoff("serial_reconnect_most_s"),
        gap_s=params.silence_s,
        remake_after_s=None,
    )
    return ModbusLink(name, params, wiring, texts or Texts())
