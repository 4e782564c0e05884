"""The diagnosis of a link, in the order in which things must work, each with its exact fix."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from app.core.links import Finding
from app.core.profiles import DeviceProfile
from app.links.diagnose_machine import machine_findings
from app.links.diagnose_modbus import MODBUS
from app.links.diagnose_mqtt import BROKER, TLS
from app.links.diagnose_network import network_checks
from app.links.diagnose_replay import REPLAY
from app.links.diagnose_serial import SERIAL
from app.links.diagnose_steps import Check, Subject, findings
from app.links.modbus_rtu import ModbusRtuParams
from app.links.modbus_wiring import ModbusNetworkParams
from app.links.mqtt_params import MqttParams, MqttsParams
from app.links.params import LinkParams
from app.links.replay import ReplayParams
from app.links.secrets import Secrets
from app.settings import Texts

__all__ = ["diagnose", "machine_findings"]

_NETWORK: tuple[Check[ModbusNetworkParams], ...] = network_checks()
_TO_BROKER: tuple[Check[MqttParams], ...] = network_checks()


async def diagnose(  # noqa: PLR0913  # the caller gives what it has, by name
    params: LinkParams,
    *,
    texts: Texts,
    secrets: Secrets,
    profile: DeviceProfile | None = None,
    unit: int | None = None,
    link: str = "",
    probe: bool = False,
) -> AsyncIterator[Finding]:
    """Findings in order; stops at the first FAIL and reports the rest BLOCKED.

    A serial port serves one program: close the link first. Only reads are sent.

    Args:
        params: the link, open or not, saved or not.
        texts: the language of the findings.
        secrets: where the link's secrets are.
        profile: what is read from a Modbus unit; without one, holding register 0.
        unit: the Modbus unit; without one the profile's, or 1.
        link: the name under which ``secrets`` keeps the link's; its URL where it has none.
        probe: try other line settings (up to 12 s) when a serial unit does not answer.
    """
    if unit is None:
        unit = profile.modbus.unit if profile is not None and profile.modbus is not None else 1
    for kind, checks in _CHECKS:
        if isinstance(params, kind):
            subject = Subject[Any](
                params=params,
                texts=texts,
                secrets=secrets,
                link=link or params.url(),
                profile=profile,
                unit=unit,
                probe=probe,
            )
            async for finding in findings(checks, subject):
                yield finding
            return
    raise TypeError(f"no checks for {type(params).__name__}")


_CHECKS: tuple[tuple[type[LinkParams], tuple[Check[Any], ...]], ...] = (
    (ModbusRtuParams, (*SERIAL, *MODBUS)),
    (ModbusNetworkParams, (*_NETWORK, *MODBUS)),
    (MqttsParams, (*_TO_BROKER, TLS, *BROKER)),
    (MqttParams, (*_TO_BROKER, *BROKER)),
    (ReplayParams, REPLAY),
)
