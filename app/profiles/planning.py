"""Which registers are read together: few blocks, never a register of another table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.core.profiles import DeviceProfile, ModbusAddress, ModbusDefaults, Point, RegisterTable
from app.core.rows import RowLayout
from app.profiles.kinds import width

_TABLES = tuple(RegisterTable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Registers (or bits, in a bit table) that one request reads."""

    table: RegisterTable
    address: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollGroup:
    """Points that are read together every ``every_s`` seconds and make one row.

    ``points`` stand in the order of the layout's columns; every one of them lies inside a block.
    """

    every_s: float
    layout: RowLayout
    blocks: tuple[Block, ...]
    points: tuple[Point, ...]


def plan(profile: DeviceProfile, device_key: str) -> tuple[PollGroup, ...]:
    """The poll groups of a device, the fastest first; none where nothing is read by polling."""
    limits = profile.modbus or ModbusDefaults()
    by_period: dict[float, list[Point]] = {}
    for point in profile.points:
        if point.modbus is not None and "r" in point.access:
            by_period.setdefault(point.every_s, []).append(point)
    return tuple(
        _group(device_key, every_s, points, limits) for every_s, points in sorted(by_period.items())
    )


def _group(
    device_key: str, every_s: float, points: list[Point], limits: ModbusDefaults
) -> PollGroup:
    layout = RowLayout.make(device_key, f"{every_s:g}s", {point.id: point.kind for point in points})
    by_id = {point.id: point for point in points}
    addresses = [point.modbus for point in points if point.modbus is not None]
    return PollGroup(
        every_s=every_s,
        layout=layout,
        blocks=tuple(blocks(addresses, limits.max_block, limits.max_gap)),
        points=tuple(by_id[column.point] for column in layout.columns),
    )


def blocks(addresses: Iterable[ModbusAddress], max_block: int, max_gap: int) -> Iterator[Block]:
    """The fewest blocks, made from the lowest address up, that hold every address.

    A block is at most ``max_block`` long and spans at most ``max_gap`` unused registers in a row.
    """
    spans = sorted(
        (_TABLES.index(address.table), address.address, address.address + width(address))
        for address in addresses
    )
    if not spans:
        return
    table, start, end = spans[0]
    for next_table, next_start, next_end in spans[1:]:
        grown = max(end, next_end)
        if next_table == table and next_start - end <= max_gap and grown - start <= max_block:
            end = grown
        else:
            yield Block(table=_TABLES[table], address=start, count=end - start)
            table, start, end = next_table, next_start, next_end
    yield Block(table=_TABLES[table], address=start, count=end - start)
