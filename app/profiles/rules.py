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
from app.settings import Words
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
        yield Problem((head, "id"), "id", {"found": found, "name": file_id})
    for kind in _LISTS:
        seen: set[str] = set()
        for position, entry in enumerate(document.get(kind, [])):
            if entry["id"] in seen:
                yield Problem((kind, position, "id"), "twice", {"name": entry["id"]})
            seen.add(entry["id"])


def _point(point: dict[str, Any], path: Path, *, reads_messages: bool) -> Iterator[Problem]:
    unit = point.get("unit", "")
    if unit and not units.known(unit):
        more = did_you_mean(unit, units.codes())
        yield Problem((*path, "unit"), "unit", {"unit": unit, "hint": more})
    if not reads_messages and "modbus" not in point and "mqtt" not in point:
        yield Problem(path, "no_address", {"name": point["id"]})
    limits = point.get("range")
    if limits and limits["low"] >= limits["high"]:
        yield Problem((*path, "range"), "range", limits)
    kind = ValueKind(point["kind"]) if "kind" in point else natural_kind(point)
    if kind in (ValueKind.TEXT, ValueKind.BOOL) and limits:
        yield Problem((*path, "range"), "no_range", {"kind": kind.value})
    if "labels" in point and kind is not ValueKind.INT:
        yield Problem((*path, "labels"), "labels")
    if "labels_zh" in point and set(point["labels_zh"]) != set(point.get("labels", {})):
        yield Problem((*path, "labels_zh"), "labels_zh")
    yield from _frozen(point, path, kind)


def _frozen(point: dict[str, Any], path: Path, kind: ValueKind) -> Iterator[Problem]:
    after_s = point.get("frozen_after_s")
    if after_s is None:
        return
    where = (*path, "frozen_after_s")
    if kind is ValueKind.TEXT:
        yield Problem(where, "frozen_text")
    if after_s < READINGS * point.get("every_s", EVERY_S):
        yield Problem(where, "frozen_span", {"count": READINGS})


def _address(point: dict[str, Any], path: Path, modbus: dict[str, Any]) -> Iterator[Problem]:
    address = point["modbus"]
    bits = address["table"] in ("coil", "discrete")
    kind = address.get("type", "bool" if bits else "uint16")
    registers = address.get("length", 1) if kind == "string" else WIDTHS[kind]
    if bits and kind != "bool":
        yield Problem((*path, "type"), "bits_only", {"table": address["table"]})
        return
    if address["address"] + registers > 65536:
        yield Problem((*path, "address"), "last_register")
    if registers > modbus.get("max_block", 120):
        yield Problem(path, "block", {"count": registers})
    if "length" in address and kind != "string":
        yield Problem((*path, "length"), "length")
    if "w" in point.get("access", "r") and address["table"] in ("discrete", "input"):
        yield Problem((*path, "table"), "read_only", {"table": address["table"]})
    yield from _bit_field(address, path, kind)
    yield from _kind_of(point, path, kind)
    if point.get("missing") and kind not in LIMITS:
        yield Problem((*path[:-1], "missing"), "missing_codes", {"type": kind})


def _bit_field(address: dict[str, Any], path: Path, kind: str) -> Iterator[Problem]:
    if "bits" in address and "bit" not in address:
        yield Problem((*path, "bits"), "bits")
    if "bit" in address:
        if kind not in UNSIGNED:
            yield Problem((*path, "bit"), "bit_type", {"type": kind})
        elif address["bit"] + address.get("bits", 1) > UNSIGNED[kind]:
            yield Problem((*path, "bit"), "bit_end", {"count": UNSIGNED[kind]})
    if address.get("scale", 1) == 0:
        yield Problem((*path, "scale"), "scale")


def _kind_of(point: dict[str, Any], path: Path, kind: str) -> Iterator[Problem]:
    value_kind = ValueKind(point["kind"]) if "kind" in point else natural_kind(point)
    address = point["modbus"]
    where = (*path[:-1], "kind")
    if (value_kind is ValueKind.TEXT) != (kind == "string"):
        yield Problem(where, "kind", {"type": kind, "kind": value_kind.value})
    elif value_kind is ValueKind.BOOL and kind != "bool" and address.get("bits", 1) != 1:
        yield Problem(where, "bool_bit")
    elif value_kind is ValueKind.BOOL and kind != "bool" and "bit" not in address:
        yield Problem(where, "bool_type")
    elif value_kind is ValueKind.INT and kind.startswith("float"):
        yield Problem(where, "kind", {"type": kind, "kind": "int"})
    if value_kind is not ValueKind.FLOAT:
        for name, neutral in (("scale", 1), ("offset", 0)):
            if address.get(name, neutral) != neutral:
                yield Problem((*path, name), "not_scaled", {"kind": value_kind.value})


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
                yield Problem((*path, "effect", key), "text_or_number")
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
            what = Words(f"files.what.{'command' if key == 'command' else 'point'}")
            more = did_you_mean(str(name), access)
            yield Problem((*path, key), "none_such", {"what": what, "name": name, "hint": more})
        elif need not in access[name]:
            mistake = "not_written" if need == "w" else "not_read"
            yield Problem((*path, key), mistake, {"name": name, "access": access[name]})


def _topics(mqtt: dict[str, Any]) -> Iterator[Problem]:
    for key in ("topic", "command_topic"):
        topic = mqtt.get(key, "")
        if any(sign in topic for sign in "+#\0") or "{" in topic.replace("{device}", ""):
            yield Problem(("mqtt", key), "wildcard", {"device": "{device}"})
        if key == "topic" and "topic" in mqtt and "{device}" not in topic:
            yield Problem(("mqtt", key), "no_device", {"device": "{device}"})
