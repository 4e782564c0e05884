"""MQTT topics of a device, and the message that carries a command."""

from __future__ import annotations

import json

from app.core.errors import UserFacing
from app.core.profiles import DeviceProfile, MqttPath, Point
from app.profiles.values import Scaling, Value, accept
from app.wording import told

_PLACE = "{device}"


def device_name(device_key: str) -> str:
    """The name that stands in topics: the asset's number, the first part of the device key."""
    return device_key.partition("/")[0]


def topic_of(template: str, device_key: str) -> str:
    """The concrete topic of a device."""
    return template.replace(_PLACE, device_name(device_key))


def topic_filter(template: str) -> str:
    """The filter that matches the topic of every device of a model."""
    levels = ["+" if _PLACE in level else level for level in template.split("/")]
    return "/".join(levels)


def device_in(template: str, topic: str) -> str | None:
    """The name of the device a message is from, None where the topic is not of this form."""
    wanted, found = template.split("/"), topic.split("/")
    if len(wanted) != len(found):
        return None
    name: str | None = None
    for want, level in zip(wanted, found, strict=True):
        before, place, after = want.partition(_PLACE)
        inner = level[len(before) : len(level) - len(after)]
        if not place:
            if want != level:
                return None
        elif not inner or level != before + inner + after or name not in (None, inner):
            return None
        else:
            name = inner
    return name


def topics(profile: DeviceProfile) -> tuple[str, ...]:
    """Every topic template that a model publishes on, its own first."""
    if profile.mqtt is None:
        return ()
    found = [profile.mqtt.topic]
    found += [point.mqtt.topic for point in profile.points if point.mqtt and point.mqtt.topic]
    return tuple(dict.fromkeys(found))


def encode_command(
    profile: DeviceProfile, device_key: str, point: Point, value: Value
) -> tuple[str, bytes]:
    """Topic and payload that set a point: a JSON object of the point's id and its raw value.

    Raises:
        UserFacing: the value may not be written to the point, or the model takes no commands.
    """
    template = profile.mqtt.command_topic if profile.mqtt else ""
    if not template or "w" not in point.access:
        raise told(UserFacing, "profiles.refused.no_topic", point=point.id, title=profile.title)
    accepted = accept(point, value)
    mapping = point.mqtt or MqttPath(path=point.id)
    scaling = Scaling.of(mapping.scale, mapping.offset)
    if not isinstance(accepted, (str, bool)) and scaling != Scaling.of(1.0, 0.0):
        accepted = scaling.invert(accepted)
    payload = json.dumps({point.id: accepted}, ensure_ascii=False, separators=(",", ":"))
    return topic_of(template, device_key), payload.encode()
