"""From a request to what will be done: the device, its points, the value as the device keeps it.

Nothing is asked of the device here. What cannot be done is refused in words.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.core.commands import CommandRequest, Value
from app.core.errors import UserFacing
from app.core.links import LinkState
from app.core.profiles import CommandSpec, DeviceProfile, Point, RegisterTable
from app.core.rows import ValueKind
from app.links.base import Link, PolledLink, StreamedLink
from app.profiles import raw
from app.profiles.topics import encode_command
from app.profiles.units import display
from app.profiles.values import accept
from app.services.acquisition import AttachedDevice
from app.settings import Texts
from app.wording import said_in, worded

_UP = (LinkState.CONNECTED, LinkState.SILENT)


class Reach(Protocol):
    """Where devices and their links are found (app.services.connections.Connections)."""

    def attached(self) -> tuple[AttachedDevice, ...]:
        """Every device that is known."""

    def link(self, name: str) -> Link | None:
        """The open link of a connection, None where there is none."""

    def on_change(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Be told whenever a connection or its link changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a command comes to.

    ``wanted`` is the value as it will be read back: what the registers can hold of the one asked
    for. ``registers`` are written over a polled link, ``topic`` and ``sent`` over a streamed one.
    """

    attached: AttachedDevice
    spec: CommandSpec
    point: Point
    feedback: Point | None
    wanted: Value
    registers: tuple[int, ...] = ()
    topic: str = ""
    sent: Value = 0

    @property
    def profile(self) -> DeviceProfile:
        """The profile of the device."""
        return self.attached.profile

    @property
    def device(self) -> str:
        """The key of the device."""
        return self.attached.device.key

    @property
    def polled(self) -> bool:
        """Whether it goes over a link on which we ask."""
        return not self.topic


def is_up(link: Link | None) -> bool:
    """Whether something can be sent over the link now."""
    return link is not None and link.status.state in _UP


def find(reach: Reach, device: str, texts: Texts) -> AttachedDevice:
    """The device of that key, by the connection that is up where several reach it.

    Raises:
        UserFacing: no connection has such a device with a known profile: it is read-only.
    """
    found = [item for item in reach.attached() if item.device.key == device]
    if not found:
        raise worded(UserFacing, texts, "commands.unknown_device", device=device)
    fit = [item for item in found if _fits(item, reach.link(item.device.link))] or found
    up = [item for item in fit if is_up(reach.link(item.device.link))]
    return (up or fit)[0]


def _fits(attached: AttachedDevice, link: Link | None) -> bool:
    """Whether the device can be reached in the way of this link."""
    profile = attached.profile
    asked = attached.polled and profile.modbus is not None
    told = attached.streamed and profile.mqtt is not None
    if link is None:
        return asked or told
    return (isinstance(link, PolledLink) and asked) or (isinstance(link, StreamedLink) and told)


def plan(request: CommandRequest, reach: Reach, texts: Texts) -> Plan:
    """What the request comes to.

    Raises:
        UserFacing: the device, the command or the value is not one that can be sent.
    """
    attached = find(reach, request.device, texts)
    profile = attached.profile
    spec = next((spec for spec in profile.commands if spec.id == request.command), None)
    if spec is None:
        known = ", ".join(spec.id for spec in profile.commands) or "-"
        raise worded(
            UserFacing,
            texts,
            "commands.unknown_command",
            device=request.device,
            command=request.command,
            known=known,
        )
    point = profile.point(spec.point)
    feedback = profile.point(spec.feedback) if spec.feedback else None
    link = reach.link(attached.device.link)
    over_messages = isinstance(link, StreamedLink) or (link is None and not attached.polled)
    if over_messages and attached.streamed and profile.mqtt is not None:
        with said_in(texts):
            topic, payload = encode_command(profile, request.device, point, request.value)
            wanted = accept(point, request.value)
        sent: Value = json.loads(payload)[point.id]
        return Plan(
            attached=attached,
            spec=spec,
            point=point,
            feedback=feedback,
            wanted=wanted,
            topic=topic,
            sent=sent,
        )
    asked = isinstance(link, PolledLink) or link is None
    if not asked or not attached.polled or not _writable(point) or attached.device.unit == 0:
        raise worded(
            UserFacing, texts, "commands.not_writable", point=point.id, title=profile.title
        )
    with said_in(texts):
        registers = raw.encode(point, request.value)
    value, _ = raw.decode(point, registers)
    return Plan(
        attached=attached,
        spec=spec,
        point=point,
        feedback=feedback,
        wanted=request.value if value is None else value,
        registers=tuple(registers),
    )


def _writable(point: Point) -> bool:
    tables = (RegisterTable.HOLDING, RegisterTable.COIL)
    return "w" in point.access and point.modbus is not None and point.modbus.table in tables


def name(point: Point, language: str) -> str:
    """What a person calls the point."""
    return (language.startswith("zh") and point.title_zh) or point.title or point.id


def shown(point: Point, value: Value | None, language: str = "en") -> str:
    """A value with its unit as a person reads it."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    labels = point.labels_zh if language.startswith("zh") and point.labels_zh else point.labels
    if isinstance(value, str):
        return f'"{value}"'
    if labels and value in labels:
        return labels[int(value)]
    if point.kind is ValueKind.BOOL:
        return "1" if value else "0"
    decimals = point.decimals if point.kind is ValueKind.FLOAT else 0
    return f"{value:.{decimals}f} {display(point.unit, language)}".rstrip()


def equal(wanted: Value, measured: Value, tolerance: float) -> bool:
    """Whether a read-back is what was asked for, within the profile's tolerance."""
    if isinstance(wanted, str) or isinstance(measured, str):
        return wanted == measured
    slack = tolerance + 1e-9 * max(1.0, abs(float(wanted)))
    return abs(float(wanted) - float(measured)) <= slack
