"""Errors of the Modbus links in the user's words."""

from __future__ import annotations

from app.codecs.modbus_events import Discarded
from app.codecs.modbus_pdu import Request
from app.core.errors import DeviceRefused, LinkTimeout, RemoteProtocolError
from app.settings import Texts
from app.wording import optional, worded


def doing(texts: Texts, request: Request) -> str:
    """What a request does, such as ``read holding registers 500..515 of unit 1``."""
    if request.table is None:
        return texts.get("modbus.doing.identify", unit=request.unit)
    last = request.address + request.count - 1
    return texts.get(
        "modbus.doing.write" if request.writes else "modbus.doing.read",
        table=texts.get(f"modbus.table.{request.table.value}"),
        span=str(last) if request.count == 1 else f"{request.address}..{last}",
        unit=request.unit,
    )


def no_answer(
    texts: Texts, request: Request, waited_s: float, instead: Discarded | None
) -> LinkTimeout:
    """A time-out, naming what came instead where something did."""
    seconds, what = f"{waited_s:.2f}", doing(texts, request)
    if instead is None:
        return worded(LinkTimeout, texts, "modbus.no_answer", seconds=seconds, doing=what)
    name = texts.get(f"modbus.why.{instead.why.name.lower()}", unit=instead.unit)
    return worded(
        LinkTimeout, texts, "modbus.no_answer_but", seconds=seconds, doing=what, instead=name
    )


def still_silent(texts: Texts, unit: int, seconds: float) -> LinkTimeout:
    """A unit that is not asked now because it did not answer before."""
    return worded(LinkTimeout, texts, "modbus.silent", unit=unit, seconds=f"{seconds:.1f}")


def still_owed(texts: Texts, request: Request, seconds: float) -> LinkTimeout:
    """A unit that cannot be asked now, because a late answer could pass for the new one."""
    return worded(
        LinkTimeout,
        texts,
        "modbus.owed",
        unit=request.unit,
        doing=doing(texts, request),
        seconds=f"{seconds:.1f}",
    )


def broken(texts: Texts, key: str, request: Request) -> RemoteProtocolError:
    """An answer that cannot be used: ``damaged`` on the way, or ``wrong`` in itself."""
    return worded(RemoteProtocolError, texts, f"modbus.{key}", doing=doing(texts, request))


def refused(texts: Texts, request: Request, code: int) -> DeviceRefused:
    """The device's own no, with its code and the code's name."""
    name = optional(texts, f"modbus.refusal.{code}")
    key = "modbus.refused.seen" if name else "modbus.refused_unknown.seen"
    return DeviceRefused(
        texts.get(key, code=code, name=name, doing=doing(texts, request)), code=code
    )
