"""``wayside bench fleet``: thousands of Modbus TCP gateways, each read once a second.

Lateness is how long after its due moment the answer to a read is in the caller's hands. The raw
limit is the same load on bare sockets: one canned request, the answer's bytes counted, no codec.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.bench.fleet_peer import REGISTERS, gateways, raise_file_limit
from app.bench.report import BenchLine, Emit
from app.core.profiles import RegisterTable
from app.links.modbus_link import ModbusLink
from app.links.modbus_tcp import ModbusTcpParams, modbus_tcp_link
from app.services.garbage import Garbage
from app.tasks import Tasks

_GATEWAYS, _QUICK_GATEWAYS = 10_000, 1_000
_SECONDS, _ROUNDS = 4, 3
_WARM_S = 2
_PERIOD_S = 1.0
_AT_ONCE = 200
_LATE_S, _CORES = 0.100, 1.0
_SPARE_FILES = 200
_ANSWER_BYTES = 9 + 2 * REGISTERS
_REQUEST = bytes.fromhex("0001 0000 0006 01 03 0000 0078")

Read = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one run cost: p99 lateness, cores of CPU time, and reads a second."""

    late_s: float
    cores: float
    reads_a_second: float


def run(emit: Emit, quick: bool) -> None:
    """Measure bare sockets and links in turns; the round in the middle counts."""
    wanted = _QUICK_GATEWAYS if quick else _GATEWAYS
    number = min(wanted, raise_file_limit() - _SPARE_FILES)
    rounds = []
    with gateways() as port:
        for _ in range(1 if quick else _ROUNDS):
            bare = asyncio.run(_bare(port, number, _SECONDS))
            links = asyncio.run(_links(port, number, _SECONDS))
            rounds.append((links.late_s / bare.late_s, bare, links))
    _, bare, links = sorted(rounds, key=lambda each: each[0])[len(rounds) // 2]
    work = f"{number} Modbus TCP gateways at 1 Hz x {REGISTERS} registers"
    enough = number == wanted and links.reads_a_second >= 0.99 * number / _PERIOD_S
    emit(
        BenchLine(
            bench="fleet",
            work=f"{work}: p99 lateness",
            value=round(links.late_s * 1e3, 2),
            unit="ms",
            limit=round(bare.late_s * 1e3, 2),
            ratio=round(links.late_s / bare.late_s, 2),
            reach=f"< {_LATE_S * 1e3:.0f} ms; the limit is bare sockets",
            ok=enough and links.late_s < _LATE_S,
        )
    )
    emit(
        BenchLine(
            bench="fleet",
            work=f"{work}: CPU",
            value=round(links.cores, 3),
            unit="cores",
            limit=round(bare.cores, 3),
            ratio=round(links.cores / bare.cores, 2),
            reach=f"<= {_CORES:.0f} core; the limit is bare sockets",
            ok=enough and links.cores <= _CORES,
        )
    )


async def _links(port: int, number: int, seconds: float) -> Load:
    links = [
        modbus_tcp_link(f"g{index}", ModbusTcpParams(host="127.0.0.1", port=port))
        for index in range(number)
    ]
    await _in_groups([link.open for link in links])
    load = await _poll([_reader(link) for link in links], seconds)
    await _in_groups([link.close for link in links])
    return load


def _reader(link: ModbusLink) -> Read:
    return lambda: link.read(1, RegisterTable.HOLDING, 0, REGISTERS)


async def _bare(port: int, number: int, seconds: float) -> Load:
    sockets = [_BareSocket(port) for _ in range(number)]
    await _in_groups([socket.open for socket in sockets])
    load = await _poll([socket.read for socket in sockets], seconds)
    for socket in sockets:
        socket.close()
    await asyncio.sleep(0)
    return load


class _BareSocket(asyncio.Protocol):
    def __init__(self, port: int) -> None:
        self._port = port
        self._missing = 0

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", self._port)

    def read(self) -> asyncio.Future[None]:
        self._missing = _ANSWER_BYTES
        self._waiter: asyncio.Future[None] = self._loop.create_future()
        self._transport.write(_REQUEST)
        return self._waiter

    def data_received(self, data: bytes) -> None:
        self._missing -= len(data)
        if self._missing == 0:
            self._waiter.set_result(None)

    def close(self) -> None:
        self._transport.abort()


async def _in_groups(calls: list[Callable[[], Awaitable[None]]]) -> None:
    for first in range(0, len(calls), _AT_ONCE):
        await asyncio.gather(*(call() for call in calls[first : first + _AT_ONCE]))


async def _poll(reads: list[Read], seconds: float) -> Load:
    """Read each once a period, spread evenly over it; the first seconds do not count."""
    # As in the program, and the same for both sides.
    garbage = Garbage()
    loop = asyncio.get_running_loop()
    late: list[float] = []
    start = loop.time() + 0.5
    counted = start + _WARM_S

    async def poll(read: Read, phase: float) -> None:
        due = start + phase
        while due < counted + seconds:
            if (wait := due - loop.time()) > 0:
                await asyncio.sleep(wait)
            await read()
            if due >= counted:
                late.append(loop.time() - due)
            due += _PERIOD_S

    tasks = Tasks("fleet bench")
    polls = [
        tasks.spawn(poll(read, _PERIOD_S * index / len(reads)), "poll")
        for index, read in enumerate(reads)
    ]
    gc.collect()
    await asyncio.sleep(counted - loop.time())
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*polls)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    garbage.close()
    late.sort()
    return Load(
        late_s=late[int(len(late) * 0.99)], cores=cpu / wall, reads_a_second=len(late) / seconds
    )
