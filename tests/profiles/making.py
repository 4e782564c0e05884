"""Profiles and files made for a test, in as few words as it needs."""

from pathlib import Path

from app.core.profiles import (
    DeviceProfile,
    ModbusAddress,
    ModbusDefaults,
    MqttDefaults,
    Point,
    RegisterTable,
    WordOrder,
)
from app.core.rows import ValueKind

HEAD = """\
[profile]
id = "lamp"
title = "Lamp"
function = "lighting"
source = "the maker's manual, edition 2, section 4"
"""

POINT = """
[[point]]
id = "power"
title = "Power"
unit = "W"
modbus = { table = "input", address = 0 }
"""


def address(raw_type="uint16", at=0, order="ABCD", table="input", **rest):
    return ModbusAddress(
        table=RegisterTable(table), address=at, type=raw_type, word_order=WordOrder(order), **rest
    )


def point(name="p", where=None, kind=ValueKind.FLOAT, **rest):
    return Point(id=name, title=name, modbus=where, kind=kind, **rest)


def profile(*points, modbus=None, mqtt=None):
    return DeviceProfile(
        id="made",
        title="Made",
        function="lighting",
        source="made for a test",
        points=points,
        modbus=modbus or ModbusDefaults(),
        mqtt=mqtt or MqttDefaults(topic="wayside/{device}/telemetry"),
    )


def write(folder: Path, text: str, name: str = "lamp.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path
