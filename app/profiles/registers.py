"""From the registers of a poll to one row: compiled once per poll group, then a few C calls a row.

The common case, every block read and every value good, is found with whole-row operations; any
doubt sends the row through the careful way, value by value (app.profiles.raw).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import ge, is_, itemgetter, le
from struct import Struct
from struct import error as StructError  # noqa: N812  # reads as what it is
from typing import Any

from app.codecs.rows import RowPacker
from app.core.profiles import DeviceProfile, ModbusAddress, Point
from app.core.quality import Quality
from app.core.rows import RowBatch, ValueKind
from app.profiles import raw as raw_values
from app.profiles.kinds import width
from app.profiles.planning import Block, PollGroup
from app.profiles.raw import ORDERS, code, judge_of, judge_raw
from app.profiles.values import packed, steps, tight_bounds

Raw = float | int | bytes


class _Reader:
    """Takes the raw values out of one block; ``slots`` says which (address, code, order) they are.

    One pass lays the registers down in one byte order and reads values in another; values that
    overlap (a register read both whole and in parts) go into a further pass.
    """

    def __init__(self, block: Block, wanted: list[ModbusAddress]) -> None:
        self.block = block
        self.slots: list[tuple[int, str, str]] = []
        passes: dict[str, list[tuple[int, int, str]]] = {}
        for address in sorted(wanted, key=lambda item: (item.address, width(item))):
            laid, read = ORDERS[address.word_order]
            slot = (address.address - block.address, code(address), laid + read)
            depth = 0
            while (taken := passes.setdefault(f"{laid}{read}{depth}", [])) and (
                taken[-1][1] > slot[0]
            ):
                if (taken[-1][0], taken[-1][2]) == slot[:2]:
                    break
                depth += 1
            if not taken or (taken[-1][0], taken[-1][2]) != slot[:2]:
                taken.append((slot[0], slot[0] + width(address), slot[1]))
        self._passes: list[tuple[Callable[..., bytes], Callable[[bytes], tuple[Raw, ...]]]] = []
        for name, items in passes.items():
            at, text = 0, ""
            for start, end, item in items:
                text += f"{2 * (start - at)}x{item}"
                at = end
                self.slots.append((start, item, name[:2]))
            text += f"{2 * (block.count - at)}x"
            self._passes.append(
                (Struct(f"{name[0]}{block.count}H").pack, Struct(name[1] + text).unpack)
            )

    def read(self, registers: Sequence[int]) -> tuple[Raw, ...]:
        """The raw values in the order of ``slots``; StructError where the registers are not so."""
        if len(self._passes) == 1:
            pack, unpack = self._passes[0]
            return unpack(pack(*registers))
        found: list[Raw] = []
        for pack, unpack in self._passes:
            found.extend(unpack(pack(*registers)))
        return tuple(found)


class _Column:
    """One column of the row: the point, and which raw value it is made from."""

    def __init__(self, point: Point, address: ModbusAddress, slot: int) -> None:
        self.point = point
        self.address = address
        self.slot = slot
        self.judge = judge_of(point, address)

    @property
    def plain(self) -> bool:
        """Whether the raw number itself, scaled, is the value."""
        bcd = self.address.type.startswith("bcd")
        return self.address.bit is None and not bcd and self.point.kind is not ValueKind.BOOL


class RegisterMapper:
    """Maps the blocks of one poll group to rows of its layout."""

    encode = staticmethod(raw_values.encode)
    decode = staticmethod(raw_values.decode)

    def __init__(self, profile: DeviceProfile, group: PollGroup) -> None:
        self.profile = profile
        self.group = group
        self.layout = group.layout
        made = _made(_Alike(group))
        self._packer = made.packer
        self._readers, self._columns = made.readers, made.columns
        self._floats, self._ints, self._texts = made.floats, made.ints, made.texts

    def map(
        self,
        values: Mapping[Block, Sequence[int] | None],
        source_ns: int,
        received_ns: int,
    ) -> RowBatch:
        """One row from what was read; points of a block that is None or absent are BAD_COMMS."""
        found: list[Raw] = []
        for reader in self._readers:
            registers = values.get(reader.block)
            if registers is None:
                return self._careful(values, source_ns, received_ns)
            try:
                found.extend(reader.read(registers))
            except StructError:
                return self._careful(values, source_ns, received_ns)
        floats = self._floats.take(found)
        ints = self._ints.take(found)
        if floats is None or ints is None:
            return self._careful(values, source_ns, received_ns)
        if not self._texts:
            data = self._packer.pack(source_ns, received_ns, [*floats, *ints])
            return RowBatch(layout=self.layout, data=data)
        texts = [_text(found[column.slot]) for column in self._texts]
        if None in texts:
            return self._careful(values, source_ns, received_ns)
        indexes = range(len(texts))
        data = self._packer.pack(source_ns, received_ns, [*floats, *ints, *indexes])
        return RowBatch(
            layout=self.layout, data=data, texts=tuple(t for t in texts if t is not None)
        )

    def _careful(
        self,
        values: Mapping[Block, Sequence[int] | None],
        source_ns: int,
        received_ns: int,
    ) -> RowBatch:
        found: list[Raw | None] = []
        for reader in self._readers:
            registers = values.get(reader.block)
            try:
                read = reader.read(registers) if registers is not None else None
            except StructError:
                read = None
            found.extend(read if read is not None else [None] * len(reader.slots))
        row: list[float | int] = []
        quality = bytearray()
        texts: list[str] = []
        for column in self._columns:
            raw = found[column.slot]
            if raw is None:
                value, judged = None, Quality.BAD_COMMS
            else:
                value, judged = judge_raw(column.judge, column.address, raw)
            if isinstance(value, str):
                row.append(len(texts))
                texts.append(value)
            else:
                row.append(packed(column.point.kind, value))
            quality.append(judged)
        data = self._packer.pack(source_ns, received_ns, row, bytes(quality))
        return RowBatch(layout=self.layout, data=data, texts=tuple(texts))


class _Vector:
    """The FLOAT columns, or the INT and BOOL columns, of a row, handled all at once."""

    def __init__(self, columns: list[_Column]) -> None:
        self._columns = columns
        self._get = _getter([column.slot for column in columns])
        self._odd = [(at, c) for at, c in enumerate(columns) if not c.plain]
        self._care = [c for c in columns if c.judge.needs_care]
        scalings = [c.judge.scaling for c in columns if c.point.kind is ValueKind.FLOAT]
        self._steps = steps(scalings)
        limits = [tight_bounds(column.point) for column in columns]
        self._lows = [low for low, _ in limits]
        self._highs = [high for _, high in limits]

    def take(self, found: list[Raw]) -> Sequence[float | int] | None:
        """The values of the columns, or None where one of them may be bad."""
        for column in self._care:
            _, quality = judge_raw(column.judge, column.address, found[column.slot])
            if quality:
                return None
        values = self._get(found)
        if self._odd:
            values = list(values)
            for at, column in self._odd:
                number = _cut(column.address, int(values[at]))
                if number is None:
                    return None
                values[at] = number
        for step, factors in self._steps:
            values = list(map(step, values, factors))
        good = all(map(le, self._lows, values)) and all(map(ge, self._highs, values))
        return values if good else None


class _Alike:
    """A poll group as the key of what is compiled from it: the same points, whatever device."""

    __slots__ = ("group",)

    def __init__(self, group: PollGroup) -> None:
        self.group = group

    def __hash__(self) -> int:
        return hash((*map(id, self.group.points), self.group.blocks))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Alike) or other.group.blocks != self.group.blocks:
            return False
        mine, others = self.group.points, other.group.points
        return len(mine) == len(others) and all(map(is_, mine, others))


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """What all devices of a profile share in one poll group; a district has thousands of them."""

    packer: RowPacker
    readers: list[_Reader]
    columns: list[_Column]
    floats: _Vector
    ints: _Vector
    texts: list[_Column]


@lru_cache(maxsize=1024)
def _made(alike: _Alike) -> _Made:
    layout = alike.group.layout
    readers, columns = _compile(alike.group)
    numbers = layout.floats + layout.ints
    return _Made(
        packer=RowPacker(layout),
        readers=readers,
        columns=columns,
        floats=_Vector(columns[: layout.floats]),
        ints=_Vector(columns[layout.floats : numbers]),
        texts=columns[numbers:],
    )


def _getter(slots: list[int]) -> Callable[[list[Raw]], Sequence[Any]]:
    if len(slots) > 1:
        return itemgetter(*slots)
    return lambda found: [found[slot] for slot in slots]


def _text(raw: Raw) -> str | None:
    return raw_values.text_of(raw) if isinstance(raw, bytes) else None


def _cut(address: ModbusAddress, raw: int) -> int | None:
    if address.bit is not None:
        return (raw >> address.bit) & ((1 << address.bits) - 1)
    if address.type.startswith("bcd"):
        return raw_values.from_bcd(raw)
    return 1 if raw else 0


def _compile(group: PollGroup) -> tuple[list[_Reader], list[_Column]]:
    addresses = [point.modbus for point in group.points if point.modbus is not None]
    readers = [
        _Reader(block, [a for a in addresses if _inside(a, block)]) for block in group.blocks
    ]
    slots: dict[tuple[Block, int, str, str], int] = {}
    for reader in readers:
        for slot in reader.slots:
            slots[(reader.block, *slot)] = len(slots)
    columns: list[_Column] = []
    for point, address in zip(group.points, addresses, strict=True):
        block = next(block for block in group.blocks if _inside(address, block))
        order = "".join(ORDERS[address.word_order])
        key = (block, address.address - block.address, code(address), order)
        columns.append(_Column(point, address, slots[key]))
    return readers, columns


def _inside(address: ModbusAddress, block: Block) -> bool:
    end = address.address + width(address)
    return (
        address.table is block.table
        and block.address <= address.address
        and end <= block.address + block.count
    )
