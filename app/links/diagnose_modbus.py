"""Checks of a Modbus unit: it answers, without errors, and says what it is."""

from __future__ import annotations

from dataclasses import replace

from app.codecs.modbus_events import Answered, Refused
from app.codecs.modbus_pdu import Request, read, read_identity
from app.core.profiles import RegisterTable
from app.links.diagnose_line import Line, Reply, open_line
from app.links.diagnose_steps import Check, Outcome, Subject, failed, passed, warned
from app.links.modbus_rtu import ModbusRtuParams
from app.links.modbus_wiring import ModbusNetworkParams
from app.profiles.planning import plan
from app.wording import optional

Params = ModbusRtuParams | ModbusNetworkParams

PROBED = tuple((baud, parity) for baud in (9600, 19200, 38400, 57600, 115200) for parity in "NE")
OTHER_UNITS = (1, 2, 3, 4, 5, 10, 11, 12, 21, 31, 41, 51, 247)
"""Numbers that units have from the factory or in the reference assets; asked when ours is mute."""
READS, GOOD_READS = 20, 19
_SCAN_S, _PROBE_S = 0.25, 0.6
"""Waits while looking: thirteen numbers and ten settings together stay within 12 s."""


def question(subject: Subject[Params], unit: int) -> Request:
    """A read that the unit should answer: the first block of its profile, or one register."""
    if subject.profile is not None and (groups := plan(subject.profile, "check")):
        block = groups[0].blocks[0]
        return read(unit, block.table, block.address, block.count)
    return read(unit, RegisterTable.HOLDING, 0, 1)


async def _answers(subject: Subject[Params]) -> Outcome:
    line = await _line(subject)
    unit, wait_s = subject.unit, subject.params.timeout_s
    reply = Reply()
    for _ in range(2):
        reply = await line.ask(question(subject, unit), wait_s)
        if reply.answer is not None or reply.lost:
            break
    values: dict[str, object] = {"unit": unit, "ms": f"{reply.took_s * 1000:.0f}"}
    if isinstance(reply.answer, Refused):
        return _refusal(subject, reply.answer, values)
    if reply.answer is not None:
        return passed(**values)
    return await _why_silent(subject, line, reply, values)


def _refusal(subject: Subject[Params], answer: Refused, values: dict[str, object]) -> Outcome:
    meaning = optional(subject.texts, f"modbus.refusal.{answer.code}") or "?"
    values |= {"code": answer.code, "meaning": meaning}
    if answer.code in (10, 11):  # a gateway speaks for a unit that it cannot reach
        return failed("behind_gateway", **values)
    if subject.profile is not None:
        return warned("wrong_profile", profile=subject.profile.title, **values)
    return passed("refused", **values)


async def _why_silent(
    subject: Subject[Params], line: Line, reply: Reply, values: dict[str, object]
) -> Outcome:
    if reply.lost:
        return failed("hung_up", **values)
    if reply.other_unit is not None:
        return failed("other_unit", other=reply.other_unit, **values)
    if reply.damaged:
        return failed("damaged", **values)
    for other in OTHER_UNITS:
        if other != subject.unit:
            found = await line.ask(read(other, RegisterTable.HOLDING, 0, 1), _SCAN_S)
            if found.answer is not None and not _speaks_for_silent(found.answer):
                return failed("other_unit", other=other, **values)
    if isinstance(subject.params, ModbusRtuParams):
        return await _other_settings(subject, values)
    return failed("silent_network", **values)


def _speaks_for_silent(answer: Answered | Refused) -> bool:
    return isinstance(answer, Refused) and answer.code in (10, 11)


async def _other_settings(subject: Subject[Params], values: dict[str, object]) -> Outcome:
    """Look for the unit with other line settings, where the user allowed it."""
    params = subject.params
    if not isinstance(params, ModbusRtuParams):
        raise TypeError(type(params).__name__)
    values |= {"device": params.device, "count": len(PROBED)}
    if not subject.probe:
        return failed("silent", baud=params.baud, parity=params.parity, **values)
    await subject.open.aclose()
    subject.found.pop("line", None)
    for baud, parity in PROBED:
        tried = replace(params, baud=baud, parity=parity)
        try:
            async with open_line(tried) as line:
                reply = await line.ask(question(subject, subject.unit), _PROBE_S)
        except OSError:
            continue  # settings that the adapter does not know are none of the unit's
        if reply.answer is not None:
            return failed("other_settings", baud=baud, parity=parity, **values)
    return failed("silent_at_all", **values)


async def _quality(subject: Subject[Params]) -> Outcome:
    line = await _line(subject)
    good, damaged, times = 0, 0, list[float]()
    for _ in range(READS):
        reply = await line.ask(question(subject, subject.unit), subject.params.timeout_s)
        damaged += reply.damaged
        if reply.answer is not None:
            good += 1
            times.append(reply.took_s)
    p95_s = sorted(times)[int(len(times) * 0.95) - 1] if times else 0.0
    values: dict[str, object] = {
        "good": good,
        "reads": READS,
        "damaged": damaged,
        "ms": f"{p95_s * 1000:.0f}",
    }
    if damaged:
        return failed("damaged", **values)
    if good < GOOD_READS:
        return failed("missing", **values)
    return passed(**values)


async def _identity(subject: Subject[Params]) -> Outcome:
    line = await _line(subject)
    reply = await line.ask(read_identity(subject.unit), subject.params.timeout_s)
    if isinstance(reply.answer, Answered) and reply.answer.identity is not None:
        objects = reply.answer.identity.objects
        return passed(names=", ".join(objects[key] for key in sorted(objects)))
    return passed("none", unit=subject.unit)


async def _line(subject: Subject[Params]) -> Line:
    """The line that an earlier check has opened, or a new one for the rest of the diagnosis."""
    line = subject.found.get("line")
    if isinstance(line, Line):
        return line
    opened = await subject.open.enter_async_context(open_line(subject.params))
    subject.found["line"] = opened
    return opened


MODBUS: tuple[Check[Params], ...] = (
    Check(id="answer", deadline_s=30, run=_answers),
    Check(id="quality", deadline_s=30, run=_quality),
    Check(id="identity", deadline_s=5, run=_identity),
)
