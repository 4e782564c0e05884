"""What the kinds of Modbus link share: fields of their forms, and parts built from the limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.codecs.modbus_events import ModbusClient
from app.links.modbus_connection import Connection, Lost, Received, Socket
from app.links.modbus_exchange import Timing
from app.links.modbus_link import ModbusLink, Wiring
from app.links.modbus_units import Patience
from app.links.params import LinkParams, param
from app.links.reconnect import Backoff
from app.settings import Texts, limit


def timeout_param(default: str) -> Any:  # noqa: ANN401  # as dataclasses.field
    """The field of the longest wait for one answer; shorter waits are learnt from the answers."""
    return param(
        label="modbus.field.timeout",
        kind="number",
        default=limit("modbus", default),
        minimum=0.05,
        maximum=60,
        unit="s",
        advanced=True,
    )


def gap_param() -> Any:  # noqa: ANN401  # as dataclasses.field
    """The field of a silence between requests, beyond what the line itself asks for."""
    return param(
        label="modbus.field.gap",
        kind="number",
        default=0.0,
        minimum=0,
        maximum=10,
        unit="s",
        advanced=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusNetworkParams(LinkParams):
    """What the kinds over TCP have in common."""

    host: str = param(
        label="links.field.host", kind="host", part="host", placeholder="192.168.1.10"
    )
    port: int = param(label="links.field.port", kind="port", part="port", placeholder="502")
    timeout_s: float = timeout_param("tcp_timeout_s")
    gap_s: float = gap_param()


def network_link(
    name: str,
    params: ModbusNetworkParams,
    client: ModbusClient,
    texts: Texts | None,
    *,
    broadcasts: bool,
) -> ModbusLink:
    """A closed link over TCP with the framing of the client given."""

    async def connect(received: Received, lost: Lost) -> Connection:
        return await Socket.open(params.host, params.port, received, lost)

    wiring = Wiring(
        client=client,
        connect=connect,
        timing=timing(character_s=0.0, timeout_s=params.timeout_s, broadcasts=broadcasts),
        patience=patience(limit("modbus", "net_floor_s"), params.timeout_s),
        backoff=backoff(),
        gap_s=params.gap_s,
        remake_after_s=limit("modbus", "dead_after_s"),
    )
    return ModbusLink(name, params, wiring, texts or Texts())


def timing(*, character_s: float, timeout_s: float, broadcasts: bool) -> Timing:
    """Times of a link; on a serial framing unit 0 is the broadcast, on MBAP it is a unit."""
    return Timing(
        character_s=character_s,
        retries=int(limit("modbus", "retries")),
        owed_s=limit("modbus", "owed_factor") * timeout_s,
        broadcast_s=limit("modbus", "broadcast_s") if broadcasts else 0.0,
    )


def patience(floor_s: float, ceiling_s: float) -> Patience:
    """How long to wait for a unit, between a floor and the link's own time-out."""
    return Patience(
        floor_s=min(floor_s, ceiling_s),
        ceiling_s=ceiling_s,
        factor=limit("modbus", "p95_factor"),
        first_contact_s=limit("modbus", "first_contact_s"),
        share=limit("modbus", "silent_share"),
        silent_first_s=limit("modbus", "silent_first_s"),
        silent_most_s=limit("modbus", "silent_most_s"),
        silent_all_s=limit("modbus", "silent_all_s"),
    )


def backoff(most: str = "reconnect_most_s") -> Backoff:
    """Distances between attempts to connect."""
    return Backoff(limit("modbus", "reconnect_first_s"), limit("modbus", most))
