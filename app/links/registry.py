"""Every link type, listed by hand so that a packaged build sees it; one line a type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.links.base import Link
from app.links.modbus_rtu import ModbusRtuParams, modbus_rtu_link
from app.links.modbus_rtu_tcp import ModbusRtuTcpParams, modbus_rtu_tcp_link
from app.links.modbus_tcp import ModbusTcpParams, modbus_tcp_link
from app.links.mqtt_params import MqttParams, MqttsParams
from app.links.params import LinkParams
from app.links.replay import ReplayLink, ReplayParams
from app.links.secrets import NoSecrets, Secrets
from app.links.urls import split_url
from app.settings import Texts
from app.wording import mistake, nearest

Build = Callable[[str, LinkParams, "Context"], Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a link may need besides its parameters."""

    secrets: Secrets
    texts: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkType:
    """One kind of link; ``title`` is a text key, ``build`` makes a closed link.

    ``streamed``: it tells by itself (app.links.base.StreamedLink); else it is asked.
    """

    scheme: str
    title: str
    params: type[LinkParams]
    build: Build
    streamed: bool = False


def _modbus_rtu(name: str, params: LinkParams, context: Context) -> Link:
    if not isinstance(params, ModbusRtuParams):
        raise TypeError(type(params).__name__)
    return modbus_rtu_link(name, params, context.texts)


def _modbus_tcp(name: str, params: LinkParams, context: Context) -> Link:
    if not isinstance(params, ModbusTcpParams):
        raise TypeError(type(params).__name__)
    return modbus_tcp_link(name, params, context.texts)


def _modbus_rtu_tcp(name: str, params: LinkParams, context: Context) -> Link:
    if not isinstance(params, ModbusRtuTcpParams):
        raise TypeError(type(params).__name__)
    return modbus_rtu_tcp_link(name, params, context.texts)


def _replay(name: str, params: LinkParams, context: Context) -> Link:
    if not isinstance(params, ReplayParams):
        raise TypeError(type(params).__name__)
    return ReplayLink(name, params, context.texts)


def _mqtt(name: str, params: LinkParams, context: Context) -> Link:
    from app.links.mqtt import MqttLink

    if not isinstance(params, MqttParams):
        raise TypeError(type(params).__name__)
    return MqttLink(name, params, secrets=context.secrets, texts=context.texts)


LINK_TYPES: tuple[LinkType, ...] = (
    LinkType(
        scheme="modbus+rtu",
        title="links.type.modbus_rtu",
        params=ModbusRtuParams,
        build=_modbus_rtu,
    ),
    LinkType(
        scheme="modbus+tcp",
        title="links.type.modbus_tcp",
        params=ModbusTcpParams,
        build=_modbus_tcp,
    ),
    LinkType(
        scheme="modbus+rtu+tcp",
        title="links.type.modbus_rtu_tcp",
        params=ModbusRtuTcpParams,
        build=_modbus_rtu_tcp,
    ),
    LinkType(scheme="mqtt", title="links.type.mqtt", params=MqttParams, build=_mqtt, streamed=True),
    LinkType(
        scheme="mqtts", title="links.type.mqtts", params=MqttsParams, build=_mqtt, streamed=True
    ),
    LinkType(scheme="replay", title="links.type.replay", params=ReplayParams, build=_replay),
)


def link_type(scheme: str, texts: Texts | None = None) -> LinkType:
    """The link type of a scheme.

    Raises:
        UserFacing: there is none; names the nearest and lists all.
    """
    texts = texts or Texts()
    by_scheme = {entry.scheme: entry for entry in LINK_TYPES}
    if scheme in by_scheme:
        return by_scheme[scheme]
    near = nearest(scheme, by_scheme)
    raise mistake(
        texts,
        "links.url.unknown_scheme_near" if near else "links.url.unknown_scheme",
        scheme=scheme,
        near=near,
        known=", ".join(by_scheme),
    )


def is_streamed(url: str) -> bool:
    """Whether links of the URL's type tell by themselves; False for a type nobody knows."""
    scheme = url.partition("://")[0].lower()
    return any(entry.streamed for entry in LINK_TYPES if entry.scheme == scheme)


def parse_url(url: str, texts: Texts | None = None) -> LinkParams:
    """The parameters that a URL means.

    Raises:
        UserFacing: it cannot be a link; says exactly what is wrong, never repeats a password.
    """
    parts = split_url(url, texts)
    return link_type(parts.scheme, texts).params.from_parts(parts, texts)


def build_link(
    name: str,
    params: LinkParams,
    *,
    secrets: Secrets | None = None,
    texts: Texts | None = None,
) -> Link:
    """A closed link of the type that the parameters belong to.

    Without ``secrets`` the link has none: it connects where no password is asked.
    """
    context = Context(secrets=secrets or NoSecrets(), texts=texts or Texts())
    return link_type(params.scheme).build(name, params, context)
