"""Parameters of the MQTT links, plain and over TLS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.links.params import LinkParams, param


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttParams(LinkParams):
    """``mqtt://host:1883/filter/#?version=5&user=..``: one broker, one subscription.

    ``filter`` may be shared (``$share/group/filter``). An empty ``client`` becomes an id that is
    stable for the link's name on this machine. ``session_s`` is how long the broker keeps the
    session and its queued QoS 1 messages after a loss; 0 starts clean each time.
    ``silent_s`` is after how long without a message the link counts as silent, 0 never.
    A topic that has one of the ``commands`` levels is a command topic: what the broker retained
    there is refused.
    """

    scheme: ClassVar[str] = "mqtt"
    secret_fields: ClassVar[tuple[str, ...]] = ("password",)

    host: str = param(
        label="links.field.host", kind="host", part="host", placeholder="192.168.1.10"
    )
    port: int = param(label="links.field.port", kind="port", part="port", default=1883)
    filter: str = param(
        label="links.field.filter", kind="topic", part="path", default="#", placeholder="city/#"
    )
    user: str = param(label="links.field.user", default="")
    version: str = param(
        label="links.field.mqtt_version", kind="choice", choices=("5", "311"), default="5"
    )
    qos: int = param(label="links.field.qos", kind="choice", choices=(0, 1, 2), default=1)
    client: str = param(label="links.field.client", default="", advanced=True)
    session_s: int = param(
        label="links.field.session",
        kind="integer",
        default=3600,
        minimum=0,
        maximum=0xFFFFFFFE,
        unit="s",
        advanced=True,
    )
    keepalive_s: int = param(
        label="links.field.keepalive",
        kind="integer",
        default=30,
        minimum=5,
        maximum=65535,
        unit="s",
        advanced=True,
    )
    silent_s: int = param(
        label="links.field.silent",
        kind="integer",
        default=60,
        minimum=0,
        maximum=604800,
        unit="s",
        advanced=True,
    )
    commands: str = param(
        label="links.field.command_levels", default="command,commands,cmd,set", advanced=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttsParams(MqttParams):
    """``mqtts://host:8883/filter/#?ca=/path/ca.pem``: MQTT over TLS, 1.2 or later.

    Without ``ca`` the system's authorities count. ``cert`` and ``key`` are the client's
    certificate and private key (PEM), where the broker asks for one.
    """

    scheme: ClassVar[str] = "mqtts"
    secret_fields: ClassVar[tuple[str, ...]] = ("password", "key_password")

    port: int = param(label="links.field.port", kind="port", part="port", default=8883)
    ca: str = param(label="links.field.ca", kind="file", default="", placeholder="ca.pem")
    cert: str = param(label="links.field.cert", kind="file", default="", placeholder="client.pem")
    key: str = param(label="links.field.key", kind="file", default="", placeholder="client.key")
