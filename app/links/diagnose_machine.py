"""What of this machine matters to links and store: versions, serial ports, rights, keyring."""

from __future__ import annotations

import importlib.metadata
import platform
import sqlite3
from dataclasses import replace

from app.core.links import Finding
from app.links.diagnose_steps import Outcome, failed, finding, passed, warned
from app.links.ports import SerialPortInfo, access, holders, serial_ports
from app.links.secrets_keyring import usable_keyring
from app.settings import Texts

_WAL_FIXED = (3, 51, 3)
"""Up to 3.51.2 two connections that checkpoint one WAL file at once could damage it."""


def machine_findings(texts: Texts) -> list[Finding]:
    """Every finding about this machine, in order; may take 0.5 s, so not on the loop."""
    found = [
        finding(texts, "python", _python()),
        finding(texts, "qt", _qt()),
        finding(texts, "sqlite", _sqlite()),
    ]
    ports = serial_ports()
    if not ports:
        found.append(finding(texts, "ports", passed("none")))
    found += [
        replace(finding(texts, "ports", _port(port)), id=f"port:{port.device}") for port in ports
    ]
    return [*found, finding(texts, "keyring", _keyring())]


def _python() -> Outcome:
    return passed(version=platform.python_version(), system=platform.platform())


def _qt() -> Outcome:
    """The version of the installed distribution: Qt itself is not loaded for it."""
    try:
        version = importlib.metadata.version("PySide6-Essentials")
    except importlib.metadata.PackageNotFoundError:
        return warned("absent")
    return passed(version=version)


def _sqlite() -> Outcome:
    if sqlite3.sqlite_version_info < _WAL_FIXED:
        return passed("old", version=sqlite3.sqlite_version)
    return passed(version=sqlite3.sqlite_version)


def _port(port: SerialPortInfo) -> Outcome:
    device, title = port.device, port.title
    rights = access(device)
    if not rights.allowed:
        key = "closed" if not rights.group else "granted" if rights.granted else "denied"
        return failed(key, device=device, title=title, user=rights.user, group=rights.group)
    if held := holders(device):
        pid, program = held[0].pid, held[0].program
        return warned("held", device=device, title=title, pid=pid, program=program)
    return passed(device=device, title=title)


def _keyring() -> Outcome:
    backend = usable_keyring()
    return passed(name=backend.name) if backend is not None else passed("file")
