"""Checks of a serial port: there, free, ours to open, and opened with its settings."""

from __future__ import annotations

import asyncio
import errno
import sys
from pathlib import Path

from app.links.diagnose_steps import Check, Outcome, Subject, failed, passed
from app.links.modbus_rtu import ModbusRtuParams
from app.links.ports import access, holders, serial_ports
from app.wording import nearest, os_reason

_BUSY = (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK)


async def _present(subject: Subject[ModbusRtuParams]) -> Outcome:
    device = subject.params.device
    ports = await asyncio.to_thread(serial_ports)
    here = next((port for port in ports if port.device == device), None)
    if here is not None or await asyncio.to_thread(_is_device, device):
        return passed(device=device, title=here.title if here else "")
    names = [port.device for port in ports]
    if not names:
        return failed("no_port_at_all", device=device)
    near = nearest(device, names)
    listed = ", ".join(f"{port.device} ({port.title})" for port in ports)
    key = "missing_near" if near else "missing"
    return failed(key, device=device, near=near, ports=listed)


def _is_device(device: str) -> bool:
    return sys.platform != "win32" and Path(device).is_char_device()


async def _free(subject: Subject[ModbusRtuParams]) -> Outcome:
    device = subject.params.device
    found = await asyncio.to_thread(holders, device)
    if not found:
        return passed(device=device)
    first = found[0]
    key = "modem_manager" if first.program == "ModemManager" else "busy"
    return failed(key, device=device, pid=first.pid, program=first.program)


async def _allowed(subject: Subject[ModbusRtuParams]) -> Outcome:
    device = subject.params.device
    rights = access(device)
    values = {"device": device, "user": rights.user, "group": rights.group}
    if rights.allowed:
        return passed(**values)
    if not rights.group:
        return failed("closed", **values)
    return failed("granted" if rights.granted else "denied", **values)


async def _opens(subject: Subject[ModbusRtuParams]) -> Outcome:
    from app.links.diagnose_line import open_line

    params = subject.params
    values = {"device": params.device, "baud": params.baud, "parity": params.parity}
    values |= {"stop": params.stop}
    try:
        subject.found["line"] = await subject.open.enter_async_context(open_line(params))
    except OSError as error:
        if error.errno in _BUSY:
            return failed("busy", **values)
        if error.errno == errno.EACCES:
            return failed("denied", **values)
        return failed("refused", reason=os_reason(error), **values)
    return passed(**values)


SERIAL: tuple[Check[ModbusRtuParams], ...] = (
    Check(id="port_present", deadline_s=5, run=_present),
    Check(id="port_free", deadline_s=5, run=_free),
    Check(id="port_access", deadline_s=2, run=_allowed),
    Check(id="port_opens", deadline_s=5, run=_opens),
)
