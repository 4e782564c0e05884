"""The serial ports of this machine: all of them, who holds one, and who may open it."""

from __future__ import annotations

import os
import re
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

# USB vendor and product of the adapters that are met on sites (the USB-IF's and makers' lists).
_ADAPTERS = {
    (0x0403, 0x6001): "FTDI FT232R",
    (0x0403, 0x6010): "FTDI FT2232",
    (0x0403, 0x6011): "FTDI FT4232",
    (0x0403, 0x6014): "FTDI FT232H",
    (0x0403, 0x6015): "FTDI FT-X",
    (0x067B, 0x2303): "Prolific PL2303",
    (0x067B, 0x23A3): "Prolific PL2303GS",
    (0x10C4, 0xEA60): "Silicon Labs CP210x",
    (0x1A86, 0x5523): "WCH CH341",
    (0x1A86, 0x55D2): "WCH CH344",
    (0x1A86, 0x55D3): "WCH CH343",
    (0x1A86, 0x55D4): "WCH CH9102",
    (0x1A86, 0x7523): "WCH CH340",
    (0x04B4, 0x0003): "Cypress USB-UART",
}
# pyserial leaves out what has no driver's name; a board's own ports are real all the same.
_BOARD_PORTS = re.compile(r"tty(S|AMA|mxc|XRUSB|AP|O|THS|HS|SC)\d+|rfcomm\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialPortInfo:
    """One port: its device, what it is called, its USB ids where it has them."""

    device: str
    title: str
    vendor: int = 0
    product: int = 0
    serial_number: str = ""

    @property
    def known(self) -> bool:
        """True for an adapter that is met on sites."""
        return (self.vendor, self.product) in _ADAPTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process that has a port open."""

    pid: int
    program: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Whether this user may open a device, and which group would let them.

    ``granted`` says that the group was given to the user after this log-in.
    """

    allowed: bool
    user: str = ""
    group: str = ""
    granted: bool = False


def serial_ports() -> list[SerialPortInfo]:
    """Every serial port, known adapters first, then by name; none is left out. May take 0.1 s."""
    found = {port.device: _info(port) for port in list_ports.comports(include_links=False)}
    devices = Path("/dev")
    if sys.platform == "linux" and devices.is_dir():
        for name in os.listdir(devices):  # noqa: PTH208  # names only, thousands of them
            if _BOARD_PORTS.fullmatch(name) and _is_wired(name):
                device = f"/dev/{name}"
                found.setdefault(device, SerialPortInfo(device=device, title=name))
    return sorted(found.values(), key=lambda port: (not port.known, _natural(port.device)))


def holders(device: str) -> tuple[Holder, ...]:
    """The processes that have a device open, as far as this user may see; Linux only."""
    target = os.path.realpath(device)
    found: dict[int, Holder] = {}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) != target:
                continue
            pid = int(link.parts[2])
            program = Path(f"/proc/{pid}/comm").read_text("utf-8").strip()
        except OSError:
            continue  # ended meanwhile, or of another user
        found[pid] = Holder(pid=pid, program=program)
    return tuple(found[pid] for pid in sorted(found) if pid != os.getpid())


def access(device: str) -> Access:
    """Whether this user may read and write a device."""
    if sys.platform == "win32" or os.access(device, os.R_OK | os.W_OK):
        return Access(allowed=True)
    import grp
    import pwd

    user = pwd.getpwuid(os.getuid()).pw_name
    found = os.stat(device)  # noqa: PTH116  # of the link's target
    try:
        group = grp.getgrgid(found.st_gid)
    except KeyError:
        return Access(allowed=False, user=user)
    by_group = found.st_mode & stat.S_IRGRP and found.st_mode & stat.S_IWGRP
    if not by_group or group.gr_name == "root":
        return Access(allowed=False, user=user)
    return Access(allowed=False, user=user, group=group.gr_name, granted=user in group.gr_mem)


def _info(port: object) -> SerialPortInfo:
    vendor, product = getattr(port, "vid", None) or 0, getattr(port, "pid", None) or 0
    named = _ADAPTERS.get((vendor, product), "")
    said = str(getattr(port, "description", "") or "")
    said = "" if said == "n/a" else said
    title = f"{named} ({said})" if named and said and named not in said else named or said
    return SerialPortInfo(
        device=str(getattr(port, "device", "")),
        title=title or str(getattr(port, "name", "")),
        vendor=vendor,
        product=product,
        serial_number=str(getattr(port, "serial_number", None) or ""),
    )


def _is_wired(name: str) -> bool:
    """False for the placeholders ttyS0..31 that Linux makes without any hardware behind."""
    kind = Path(f"/sys/class/tty/{name}/type")
    try:
        return not name.startswith("ttyS") or kind.read_text("utf-8").strip() != "0"
    except OSError:
        return True


def _natural(text: str) -> list[tuple[int, str]]:
    return [
        (int(part or 0), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text)
    ]
