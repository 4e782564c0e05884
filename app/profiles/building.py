"""Turns a checked file into the frozen values of app.core."""

from __future__ import annotations

from typing import Any

from app.core.assets import AssetType, DeviceSlot
from app.core.profiles import (
    AlarmSpec,
    CheckSpec,
    CommandSpec,
    DeviceProfile,
    ModbusAddress,
    ModbusDefaults,
    MqttDefaults,
    MqttPath,
    Point,
    Range,
    RegisterTable,
    WordOrder,
)
from app.core.rows import ValueKind
from app.profiles.kinds import BIT_TABLES, natural_kind


def build_profile(document: dict[str, Any], sha256: str) -> DeviceProfile:
    """The profile of a document that has no problems; ``sha256`` is that of the file's bytes."""
    points = tuple(_point(entry) for entry in document["point"])
    has_modbus = "modbus" in document or any(point.modbus for point in points)
    has_mqtt = "mqtt" in document or any(point.mqtt for point in points)
    return DeviceProfile(
        **document["profile"],
        points=points,
        alarms=tuple(AlarmSpec(**_numbers(entry, "value")) for entry in document.get("alarm", [])),
        commands=tuple(CommandSpec(**entry) for entry in document.get("command", [])),
        checks=tuple(_check(entry) for entry in document.get("check", [])),
        modbus=_modbus(document.get("modbus", {})) if has_modbus else None,
        mqtt=MqttDefaults(**document.get("mqtt", {})) if has_mqtt else None,
        constants={name: float(value) for name, value in document.get("constants", {}).items()},
        sha256=sha256,
    )


def build_asset_type(document: dict[str, Any]) -> AssetType:
    """The asset type of a document that has no problems."""
    head = dict(document["asset_type"])
    head["functions"] = tuple(head["functions"])
    devices = tuple(_slot(entry) for entry in document["device"])
    return AssetType(**head, devices=devices)


def _slot(entry: dict[str, Any]) -> DeviceSlot:
    fields = _wholes(entry, "unit")
    for name in ("settings", "nameplate"):
        if name in entry:
            fields[name] = _numbers(entry[name], *entry[name])
    return DeviceSlot(**fields)


def _modbus(entry: dict[str, Any]) -> ModbusDefaults:
    return ModbusDefaults(**_wholes(entry, "unit", "max_block", "max_gap", "baud"))


def _wholes(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: int(value) if key in keys else value for key, value in entry.items()}


def _numbers(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: float(value) if key in keys else value for key, value in entry.items()}


def _point(entry: dict[str, Any]) -> Point:
    fields = _wholes(entry, "decimals")
    fields["kind"] = ValueKind(entry["kind"]) if "kind" in entry else natural_kind(entry)
    if "modbus" in entry:
        fields["modbus"] = _address(entry["modbus"])
    if "mqtt" in entry:
        fields["mqtt"] = MqttPath(**_numbers(entry["mqtt"], "scale", "offset"))
    if "range" in entry:
        limits = entry["range"]
        fields["range"] = Range(low=float(limits["low"]), high=float(limits["high"]))
    for name in ("labels", "labels_zh"):
        if name in entry:
            fields[name] = {int(value): label for value, label in entry[name].items()}
    if "missing" in entry:
        fields["missing"] = tuple(int(value) for value in entry["missing"])
    return Point(**fields)


def _address(entry: dict[str, Any]) -> ModbusAddress:
    fields = _wholes(_numbers(entry, "scale", "offset"), "address", "bit", "bits", "length")
    fields["table"] = RegisterTable(entry["table"])
    if fields["table"] in BIT_TABLES:
        fields["type"] = "bool"
    if "word_order" in entry:
        fields["word_order"] = WordOrder(entry["word_order"])
    return ModbusAddress(**fields)


def _check(entry: dict[str, Any]) -> CheckSpec:
    options = {key: value for key, value in entry.items() if key not in ("id", "kind")}
    return CheckSpec(id=entry["id"], kind=entry["kind"], options=options)
