"""Checks of the way to a host: its name, and a connection to its port."""

from __future__ import annotations

import asyncio
import socket
from typing import TypeVar

from app.links import network
from app.links.diagnose_steps import Check, Outcome, Subject, failed, passed
from app.links.modbus_wiring import ModbusNetworkParams
from app.links.mqtt_failures import network_kind
from app.links.mqtt_params import MqttParams

CONNECT_S = 5.0  # three lost SYN packets
N = TypeVar("N", ModbusNetworkParams, MqttParams)


async def name_known(subject: Subject[N]) -> Outcome:
    """The host is an address, or a name that the system can resolve."""
    params = subject.params
    try:
        addresses = await network.resolve(params.host, params.port)
    except socket.gaierror:
        return failed("unknown", host=params.host)
    subject.found["address"] = addresses[0]
    key = "is_address" if addresses == (params.host,) else "good"
    return passed(key, host=params.host, addresses=", ".join(addresses))


async def port_open(subject: Subject[N]) -> Outcome:
    """Somebody takes connections on the port."""
    params = subject.params
    values: dict[str, object] = {"host": params.host, "port": params.port}
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(CONNECT_S):
            transport, _ = await network.connect(asyncio.Protocol, params.host, params.port)
    except (OSError, TimeoutError) as error:
        return failed(network_kind(error), reason=str(error), **values)
    transport.abort()
    await asyncio.sleep(0)
    return passed(ms=f"{(loop.time() - began) * 1000:.1f}", **values)


def network_checks() -> tuple[Check[N], ...]:
    """The two checks of every link over the network."""
    return (
        Check(id="name", deadline_s=10, run=name_known),
        Check(id="tcp", deadline_s=8, run=port_open),
    )
