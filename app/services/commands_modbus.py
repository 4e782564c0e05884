"""A command over a link on which we ask: one write, then reads of the feedback and the effect."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from app.codecs import modbus_pdu
from app.codecs.modbus_pdu import Request
from app.core.errors import DeviceRefused, LinkError, LocalProtocolError, NotSent
from app.core.profiles import Point, RegisterTable
from app.links.base import PolledLink
from app.profiles import raw
from app.profiles.kinds import width
from app.services.commands_frames import Frames, modbus_frame, read_response, refusal
from app.services.commands_plan import Plan
from app.services.commands_wire import Answer, Reading, Sent
from app.settings import Texts, limit

_BY_CODE = {
    # Acknowledge: the device works on it and will take long (Modbus V1.1b3, section 7).
    5: Sent.ACCEPTED,
    # The gateway has no way to the unit; nothing left it.
    10: Sent.NOT_SENT,
    # The gateway passed it on and the unit was silent.
    11: Sent.SILENT,
}


class ModbusWire:
    """Implements Wire for Modbus; a write is functions 5, 6, 15 or 16, and never repeated."""

    speaks = False

    def __init__(
        self,
        link: PolledLink,
        plan: Plan,
        *,
        texts: Texts,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.frames = Frames()
        self._link = link
        self._plan = plan
        self._unit = plan.attached.device.unit
        self._texts = texts
        self._now_ns = now_ns

    async def look(self, point: Point) -> Reading:
        """Read the point now."""
        address = point.modbus
        if address is None or "r" not in point.access:
            return Reading(problem=self._texts.get("commands.not_readable", point=point.id))
        silent_s = self._link.backing_off(self._unit)
        if silent_s > limit("commands", "patience_s"):
            words = self._texts.get("commands.unit_silent", unit=self._unit)
            return Reading(problem=words, silent=True)
        await asyncio.sleep(silent_s)
        request = modbus_pdu.read(self._unit, address.table, address.address, width(address))
        try:
            values = await self._link.read(
                self._unit, address.table, address.address, width(address)
            )
        except DeviceRefused as error:
            self._keep(request, refusal(request, error.code))
            silent = _BY_CODE.get(error.code) in (Sent.NOT_SENT, Sent.SILENT)
            return Reading(problem=str(error), silent=silent)
        except LinkError as error:
            self._keep(request, None)
            return Reading(problem=str(error), silent=True)
        self._keep(request, read_response(request, values))
        value, quality = raw.decode(point, values)
        if value is None:
            problem = self._texts.get("commands.bad_quality", quality=quality.name.lower())
            return Reading(problem=problem)
        return Reading(value=value)

    async def write(self, command: str, expires_ns: int, still: Callable[[], bool]) -> Answer:
        """Write the registers or the coil."""
        del command, expires_ns
        request = self._request()
        silent_s = self._link.backing_off(self._unit)
        if silent_s > 0:
            words = self._texts.get("commands.unit_silent", unit=self._unit)
            return Answer(sent=Sent.NOT_SENT, detail=words)
        try:
            if request.table is RegisterTable.COIL:
                bits = [bool(value) for value in self._plan.registers]
                await self._link.write_coils(self._unit, request.address, bits, still=still)
            else:
                await self._link.write_registers(
                    self._unit, request.address, self._plan.registers, still=still
                )
        except DeviceRefused as error:
            self._keep(request, refusal(request, error.code))
            return Answer(sent=_BY_CODE.get(error.code, Sent.REJECTED), detail=str(error))
        except (LocalProtocolError, NotSent) as error:
            return Answer(sent=Sent.NOT_SENT, detail=str(error))
        except LinkError as error:
            # Whether the bytes left cannot be told from here, so it counts as if they had.
            self._keep(request, None)
            return Answer(sent=Sent.SILENT, detail=str(error))
        self._keep(request, request.echo)
        return Answer(sent=Sent.ACCEPTED)

    def close(self) -> None:
        """Nothing is held."""

    def _request(self) -> Request:
        address = self._plan.point.modbus
        registers = self._plan.registers
        place = address.address if address is not None else 0
        if address is not None and address.table is RegisterTable.COIL:
            return modbus_pdu.write_coils(self._unit, place, [bool(bit) for bit in registers])
        return modbus_pdu.write_registers(self._unit, place, registers)

    def _keep(self, request: Request, response: bytes | None) -> None:
        self.frames.add(
            modbus_frame(
                request, response, time_ns=self._now_ns(), device=self._plan.attached.device.key
            )
        )
