"""The forms a JSON telemetry message comes in, recognised without trusting any of it.

Flat ``{"temperature": 21.5, "ts": 1}``; ``{"ts": 1, "values": {...}}``; a list of these; and
``{"devs": [{"sn": "SP-0001", "d": [{"m": "temperature", "v": 21.5}]}]}``, which several edge
gateways send. A profile's ``values_path`` and ``time_path`` name any other place.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from app.core.profiles import MqttDefaults

ABSENT = object()
"""What ``dig`` answers where there is nothing, which is not the same as a null."""


class FormError(ValueError):
    """A payload that is none of the known forms; the message says why."""


class Item(NamedTuple):
    """The values of one moment; ``time`` is None where the message has none."""

    time: Any
    values: dict[str, Any]


def parse(payload: bytes) -> Any:  # noqa: ANN401  # whatever a device sends
    """The JSON of a payload; NaN, Infinity and 1e400 are read as the floats they are.

    Raises:
        ValueError: it is not JSON; the message says why.
    """
    try:
        return json.loads(payload, parse_int=_whole)
    except RecursionError as error:
        raise FormError("nested too deeply") from error


def _whole(digits: str) -> float:
    # Python refuses thousands of digits; one absurd number must not cost the whole message.
    return int(digits) if len(digits) < 400 else math.inf


def items(document: Any, mqtt: MqttDefaults, device: str) -> Iterator[Item]:  # noqa: ANN401
    """The moments in a parsed message; ``device`` is the name that a ``devs`` entry must have.

    Raises:
        ValueError: it is none of the known forms.
    """
    if isinstance(document, list):
        for entry in document:
            if not isinstance(entry, dict):
                raise FormError("an array of something else than objects")
            yield from items(entry, mqtt, device)
    elif not isinstance(document, dict):
        raise FormError("not an object")
    else:
        yield _item(document, mqtt, device)


def _item(document: dict[str, Any], mqtt: MqttDefaults, device: str) -> Item:
    time = dig(document, mqtt.time_path or "ts")
    values: Any = document
    if mqtt.values_path:
        values = dig(document, mqtt.values_path)
    elif isinstance(document.get("values"), dict):
        values = document["values"]
    elif isinstance(document.get("devs"), list):
        values = _of_device(document["devs"], device)
    if isinstance(values, list):
        values = _named(values)
    if not isinstance(values, dict):
        raise FormError("no object of values")
    if time is ABSENT:
        time = dig(values, mqtt.time_path or "ts")
    return Item(None if time is ABSENT else time, values)


def _of_device(entries: list[Any], device: str) -> Any:  # noqa: ANN401
    entries = [entry for entry in entries if isinstance(entry, dict)]
    named = [entry for entry in entries if entry.get("sn") == device]
    if not named and len(entries) == 1:
        named = entries
    if not named:
        raise FormError(f"no entry of {device} among the devices")
    return named[0].get("d")


def _named(entries: list[Any]) -> dict[str, Any]:
    """Entries of a name ``m`` and a value ``v`` as one object."""
    pairs = [(entry.get("m"), entry.get("v")) for entry in entries if isinstance(entry, dict)]
    return {name: value for name, value in pairs if isinstance(name, str)}


def dig(document: Any, path: str) -> Any:  # noqa: ANN401
    """What lies at a dotted path; ABSENT where nothing does.

    A key that holds dots itself is found first; a number picks an item of an array.
    """
    if isinstance(document, dict) and path in document:
        return document[path]
    place = document
    for part in path.split("."):
        if isinstance(place, dict):
            place = place.get(part, ABSENT)
        elif isinstance(place, list) and part.isdecimal() and int(part) < len(place):
            place = place[int(part)]
        else:
            return ABSENT
    return place
