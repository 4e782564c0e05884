"""What no declaration of single keys can say: names that refer to others, pairs that must agree.

Each rule takes a file that has passed app.profiles.checking and yields problems.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.core.profiles import EVERY_S
from app.core.rows import ValueKind
from app.profiles import units
from app.profiles.checking import Path, Problem
from app.profiles.frozen import READINGS
from app.profiles.kinds import LIMITS, UNSIGNED, WIDTHS, natural_kind
from app.wording import did_you_mean

_LISTS = ("point", "alarm", "command", "check", "device")


def check_profile(document: dict[str, Any], file_id: str) -> Iterator[Problem]:
    """Every broken rule of a profile; ``file_id`` is the file's name without its ending."""
    yield from _names(document, "profile", file_id)
    reads_messages = "mqtt" in document
    for position, point in enumerate(document["point"]):
        path: Path = ("point", position)
        yield from _point(point, path, reads_messages=reads_messages)
        if "modbus" in point:
            yield from _address(point, (*path, "modbus"), document.get("modbus", {}))
    yield from _references(document)
    yield from _topics(document.get("mqtt", {}))


def check_asset_type(document: dict[str, Any], file_id: str) -> Iterator[Problem]:
    """Every broken rule of an asset type."""
    yield from _names(document, "asset_type", file_id)


def _names(document: dict[str, Any], head: str, file_id: str) -> Iterator[Problem]:
    found = document[head]["id"]
    if found != file_id:
        yield Problem((head, "id"), f'"{found}" must be the name of the file, "{file_id}"')
    for kind in _LISTS:
        seen: set[str] = set()
        for position, entry in enumerate(document.get(kind, [])):
            if entry["id"] in seen:
                yield Problem((kind, position, "id"), f'"{entry["id"]}" is there twice')
            seen.add(entry["id"])


def _point(point: dict[str, Any], path: Path, *, reads_messages: bool) -> Iterator[Problem]:
    unit = point.get("unit", "")
    if unit and not units.known(unit):
        more = did_you_mean(unit, units.codes())
        yield Problem((*path, "unit"), f'"{unit}" is not in resources/units.toml{more}')
    if not reads_messages and "modbus" not in point and "mqtt" not in point:
        yield Problem(path, f'nothing says where "{point["id"]}" is read: give modbus or mqtt')
    limits = point.get("range")
    if limits and limits["low"] >= limits["high"]:
        yield Problem((*path, "range"), f"low {limits['low']} is not below high {limits['high']}")
    kind = ValueKind(point["kind"]) if "kind" in point else natural_kind(point)
    if kind in (ValueKind.TEXT, ValueKind.BOOL) and limits:
        yield Problem((*path, "range"), f"a {kind.value} has no range")
    if "labels" in point and kind is not ValueKind.INT:
        yield Problem((*path, "labels"), 'only a point of kind "int" has labels')
    if "labels_zh" in point and set(point["labels_zh"]) != set(point.get("labels", {})):
        yield Problem((*path, "labels_zh"), "must name the same values as labels")
    yield from _frozen(point, path, kind)


def _frozen(point: dict[str, Any], path: Path, kind: ValueKind) -> Iterator[Problem]:
    after_s = point.get("frozen_after_s")
    if after_s is None:
        return
    where = (*path, "frozen_after_s")
    if kind is ValueKind.TEXT:
        yield Problem(where, "a text is not watched for standing still")
    if after_s < READINGS * point.get("every_s", EVERY_S):
        yield Problem(where, f"must span at least {READINGS} readings (every_s)")


def _address(point: dict[str, Any], path: Path, modbus: dict[str, Any]) -> Iterator[Problem]:
    address = point["modbus"]
    bits = address["table"] in ("coil", "discrete")
    kind = address.get("type", "bool" if bits else "uint16")
    registers = address.get("length", 1) if kind == "string" else WIDTHS[kind]
    if bits and kind != "bool":
        yield Problem((*path, "type"), f"the {address['table']} table holds bits, type bool only")
        return
    if address["address"] + registers > 65536:
        yield Problem((*path, "address"), "the value ends beyond the last register, 65535")
    if registers > modbus.get("max_block", 120):
        yield Problem(path, f"{registers} registers do not fit into one read (modbus.max_block)")
    if "length" in address and kind != "string":
        yield Problem((*path, "length"), "only a string has a length")
    if "w" in point.get("access", "r") and address["table"] in ("discrete", "input"):
        yield Problem((*path, "table"), f"the {address['table']} table cannot be written")
    yield from _bit_field(address, path, kind)
    yield from _kind_of(point, path, kind)
    if point.get("missing") and kind not in LIMITS:
        yield Problem((*path[:-1], "missing"), f"raw values of type {kind} have no missing codes")


def _bit_field(address: dict[str, Any], path: Path, kind: str) -> Iterator[Problem]:
    if "bits" in address and "bit" not in address:
        yield Problem((*path, "bits"), "bits needs bit, the lowest one")
    if "bit" in address:
        if kind not in UNSIGNED:
            yield Problem((*path, "bit"), f"bits are cut from unsigned types, not from {kind}")
        elif address["bit"] + address.get("bits", 1) > UNSIGNED[kind]:
            yield Problem((*path, "bit"), f"the bit field ends beyond the {UNSIGNED[kind]} bits")
    if address.get("scale", 1) == 0:
        yield Problem((*path, "scale"), "a scale of 0 makes every value the same")


def _kind_of(point: dict[str, Any], path: Path, kind: str) -> Iterator[Problem]:
    value_kind = ValueKind(point["kind"]) if "kind" in point else natural_kind(point)
    address = point["modbus"]
    where = (*path[:-1], "kind")
    if (value_kind is ValueKind.TEXT) != (kind == "string"):
        yield Problem(where, f"type {kind} cannot be of kind {value_kind.value}")
    elif value_kind is ValueKind.BOOL and kind != "bool" and address.get("bits", 1) != 1:
        yield Problem(where, "a bool is one bit")
    elif value_kind is ValueKind.BOOL and kind != "bool" and "bit" not in address:
        yield Problem(where, "a bool needs type bool or a bit")
    elif value_kind is ValueKind.INT and kind.startswith("float"):
        yield Problem(where, f"type {kind} cannot be of kind int")
    if value_kind is not ValueKind.FLOAT:
        for name, neutral in (("scale", 1), ("offset", 0)):
            if address.get(name, neutral) != neutral:
                yield Problem((*path, name), f"kind {value_kind.value} is not scaled")


def _references(document: dict[str, Any]) -> Iterator[Problem]:
    access = {point["id"]: point.get("access", "r") for point in document["point"]}
    for position, alarm in enumerate(document.get("alarm", [])):
        yield from _refers(alarm, "point", access, ("alarm", position), need="r")
    for position, command in enumerate(document.get("command", [])):
        path = ("command", position)
        yield from _refers(command, "point", access, path, need="w")
        yield from _refers(command, "feedback", access, path, need="r")
        effect = command.get("effect", {})
        yield from _refers(effect, "point", access, (*path, "effect"), need="r")
        for key, value in effect.items():
            if not isinstance(value, str | int | float):
                yield Problem((*path, "effect", key), "must be a text or a number")
    commands = dict.fromkeys((c["id"] for c in document.get("command", [])), "rw")
    for position, check in enumerate(document.get("check", [])):
        yield from _refers(check, "point", access, ("check", position), need="")
        yield from _refers(check, "points", access, ("check", position), need="")
        yield from _refers(check, "command", commands, ("check", position), need="")


def _refers(
    table: dict[str, Any], key: str, access: dict[str, str], path: Path, *, need: str
) -> Iterator[Problem]:
    value = table.get(key, [])
    names = [value] if isinstance(value, str) else value
    for name in names:
        if name not in access:
            what = "command" if key == "command" else "point"
            more = did_you_mean(str(name), access)
            yield Problem((*path, key), f'there is no {what} "{name}"{more}')
        elif need not in access[name]:
            verb = "written" if need == "w" else "read"
            yield Problem((*path, key), f'"{name}" cannot be {verb} (access {access[name]})')


def _topics(mqtt: dict[str, Any]) -> Iterator[Problem]:
    for key in ("topic", "command_topic"):
        topic = mqtt.get(key, "")
        if any(sign in topic for sign in "+#\0") or "{" in topic.replace("{device}", ""):
            yield Problem(("mqtt", key), "a topic holds {device} and no wildcard")
        if key == "topic" and "topic" in mqtt and "{device}" not in topic:
            yield Problem(("mqtt", key), "{device} must stand where the device's name stands")
