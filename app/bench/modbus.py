"""``wayside bench modbus``: our RTU link beside libmodbus on the same line, and a silent unit.

Both sides keep the standard's silence of 3.5 characters (at least 1.75 ms) before a request, and
the line takes the time that its bytes need; so the difference is what the program adds.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from app.bench.libmodbus import compile_client, run_client
from app.bench.modbus_peer import Line, peer
from app.bench.report import BenchLine, Emit
from app.core.errors import LinkError
from app.core.profiles import RegisterTable
from app.links.modbus_link import ModbusLink
from app.links.modbus_rtu import ModbusRtuParams, modbus_rtu_link

_WORK = ((9600, 10, 60), (9600, 120, 12), (115200, 10, 400), (115200, 120, 80))
"""Baud, registers, requests a round."""
_ROUNDS = 3
_WARM = 5
_UNITS, _SILENT = 32, 17
_SILENT_BAUD, _SILENT_REGISTERS = 115200, 10
_OVER_WIRE, _OVER_PERIOD = 0.03, 0.10


def run(emit: Emit, quick: bool) -> None:  # the signature of every bench
    """Measure all of it; ``quick`` takes a quarter of the requests and one round."""
    if os.name != "posix":
        raise SystemExit("the modbus bench needs pseudo-terminals, which this system has not")
    with tempfile.TemporaryDirectory() as folder:
        program = compile_client(Path(folder))
        for baud, registers, requests in _WORK:
            count = max(8, requests // 4) if quick else requests
            emit(_against_libmodbus(program, baud, registers, count, 1 if quick else _ROUNDS))
    emit(_silent_unit(4.0 if quick else 10.0, 1 if quick else 2))


def _against_libmodbus(
    program: Path | None, baud: int, registers: int, requests: int, rounds: int
) -> BenchLine:
    line = Line(baud=baud)
    wire_s = line.wire_s(registers)
    ours: list[float] = []
    theirs: list[float] = []
    with peer(line) as device:
        params = ModbusRtuParams(device=device, baud=baud)
        for _ in range(rounds):
            if program is not None:
                times = run_client(
                    program,
                    device,
                    baud=baud,
                    registers=registers,
                    requests=requests + _WARM,
                    silence_s=params.silence_s,
                )
                theirs += times[_WARM:]
            ours += asyncio.run(_requests(params, registers, requests + _WARM))[_WARM:]
    limit_s = statistics.median(theirs) if theirs else wire_s + params.silence_s
    limit_name = "libmodbus" if theirs else "the wire's own time"
    value_s = statistics.median(ours)
    over = (value_s - limit_s) / wire_s
    return BenchLine(
        bench="modbus",
        work=f"RTU {baud} baud, {registers} registers",
        value=round(value_s * 1e3, 3),
        unit="ms/request",
        limit=round(limit_s * 1e3, 3),
        ratio=round(over, 4),
        reach=f"{limit_name} + {_OVER_WIRE:.0%} of {wire_s * 1e3:.2f} ms wire time",
        ok=over <= _OVER_WIRE,
    )


async def _requests(params: ModbusRtuParams, registers: int, requests: int) -> list[float]:
    link = modbus_rtu_link("bench", params)
    await link.open()
    times: list[float] = []
    for _ in range(requests):
        start = time.perf_counter()
        await link.read(1, RegisterTable.HOLDING, 0, registers)
        times.append(time.perf_counter() - start)
    await link.close()
    return times


def _silent_unit(seconds: float, rounds: int) -> BenchLine:
    """How much longer the others' period is on average while one of the units is silent."""
    whole = with_silent = 0.0
    for _ in range(rounds):
        with peer(Line(baud=_SILENT_BAUD)) as device:
            whole += asyncio.run(_period(device, seconds, frozenset({_SILENT}))) / rounds
        with peer(Line(baud=_SILENT_BAUD, silent=frozenset({_SILENT}))) as device:
            with_silent += asyncio.run(_period(device, seconds, frozenset())) / rounds
    over = with_silent / whole - 1
    return BenchLine(
        bench="modbus",
        work=f"{_UNITS} units, one silent: period of the others",
        value=round(with_silent * 1e3, 2),
        unit="ms",
        limit=round(whole * 1e3, 2),
        ratio=round(over, 4),
        reach=f"<= +{_OVER_PERIOD:.0%} of the period without the silent unit",
        ok=over <= _OVER_PERIOD,
    )


async def _period(device: str, seconds: float, leave_out: frozenset[int]) -> float:
    """The mean time of a round over all units but those left out, after a first round."""
    link = modbus_rtu_link("bench", ModbusRtuParams(device=device, baud=_SILENT_BAUD))
    await link.open()
    units = [unit for unit in range(1, _UNITS + 1) if unit not in leave_out]
    await _round(link, units)
    rounds, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds:
        await _round(link, units)
        rounds += 1
    await link.close()
    return passed / rounds


async def _round(link: ModbusLink, units: list[int]) -> None:
    for unit in units:
        if link.backing_off(unit) > 0:
            continue
        try:
            await link.read(unit, RegisterTable.HOLDING, 0, _SILENT_REGISTERS)
        except LinkError:
            if unit != _SILENT:
                raise
