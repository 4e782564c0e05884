"""One simulated device: its player seen through its profile's registers, faults in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.core.assets import DeviceSlot
from app.core.errors import UserFacing
from app.core.profiles import DeviceProfile, Point, RegisterTable
from app.core.rows import ValueKind
from app.profiles.raw import decode, encode
from app.simulator.players import FIRMWARE, Player, Value

Readings = dict[str, Value | None]
Filter = Callable[[Readings], None]
SERIAL_OBJECT = 0x80
"""Function 43/14: the first private object, which makers use for the serial number."""

_SIZES = {
    "uint16": 1,
    "int16": 1,
    "bcd16": 1,
    "bool": 1,
    "uint32": 2,
    "int32": 2,
    "float32": 2,
    "bcd32": 2,
    "uint64": 4,
    "int64": 4,
    "float64": 4,
}
_BIT_TABLES = (RegisterTable.COIL, RegisterTable.DISCRETE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a point lies in its table; ``free`` is the point without limits, for faulty values."""

    point: Point
    free: Point
    first: int
    last: int


@dataclass(slots=True, kw_only=True)
class Quirks:
    """How a device differs from its profile: faults of the wrong device or set-up.

    ``refused`` are points at whose addresses it answers with an exception. ``twin`` is the serial
    number of another device of the same kind at the same unit: they answer in turns.
    """

    swap_words: bool = False
    shift: int = 0
    model: str = ""
    refused: frozenset[str] = frozenset()
    twin: str = ""


@dataclass(slots=True, kw_only=True)
class Device:
    """A device of an asset. ``filters`` change what it reports, never what is true.

    ``heard`` is called with each request that reaches it, before it is answered.
    """

    slot: DeviceSlot
    profile: DeviceProfile
    player: Player
    serial: str
    heard: Callable[[], None]
    filters: list[Filter] = field(default_factory=list)
    quirks: Quirks = field(default_factory=Quirks)
    refuses: set[str] = field(default_factory=set)
    _turns: int = field(init=False, default=0)
    _places: dict[RegisterTable, list[_Place]] = field(init=False)
    _spans: dict[RegisterTable, tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self._places = {table: [] for table in RegisterTable}
        for point in self.profile.points:
            if (at := point.modbus) is not None:
                size = at.length if at.type == "string" else _SIZES[at.type]
                place = _Place(
                    point=point,
                    free=replace(point, range=None, labels={}, missing=()),
                    first=at.address,
                    last=at.address + size - 1,
                )
                self._places[at.table].append(place)
        self._spans = {
            table: (min(p.first for p in places), max(p.last for p in places))
            if places
            else (0, -1)
            for table, places in self._places.items()
        }

    @property
    def identity(self) -> Mapping[int, str]:
        """Identification objects of function 43/14."""
        model = self.quirks.model or self.profile.id
        return {
            0: self.profile.maker or "Wayside",
            1: model,
            2: FIRMWARE,
            4: self.profile.title,
            5: model,
            SERIAL_OBJECT: self._taking_turns() or self.serial,
        }

    def _taking_turns(self) -> str:
        """The serial number of the twin where it is its turn to answer, empty otherwise."""
        self._turns += 1
        return self.quirks.twin if self._turns % 3 == 0 else ""

    def readings(self) -> Readings:
        """What the device reports now, by point id; None where it says that it has no reading."""
        values: Readings = dict(self.player.values())
        for change in self.filters:
            change(values)
        return values

    def command(self, point: str, value: Value) -> bool:
        """Write a value to a point; False where the device refuses it."""
        return point not in self.refuses and self.player.write(point, value)

    def span(self, table: RegisterTable) -> tuple[int, int]:
        """First and last address of a table, with room for a shifted map; (0, -1) for none."""
        first, last = self._spans[table]
        return (first, last) if last < first or table in _BIT_TABLES else (first, last + 16)

    def read(self, table: RegisterTable, address: int, count: int) -> list[int] | None:
        """Registers or bits from the readings of now; 0 between points, None outside the map."""
        first, last = self._spans[table]
        if address < first or address + count - 1 > last + self.quirks.shift:
            return None
        self.heard()
        start = address - (0 if table in _BIT_TABLES else self.quirks.shift)
        inside = [
            place
            for place in self._places[table]
            if place.last >= start and place.first < start + count
        ]
        if any(place.point.id in self.quirks.refused for place in inside):
            return None
        values = self.readings()
        if "serial" in values:
            values["serial"] = self._taking_turns() or values["serial"]
        found = [0] * count
        for place in inside:
            for index, word in enumerate(self._words(place, values)):
                position = place.first + index - start
                if 0 <= position < count:
                    found[position] |= word
        return found

    def write(self, table: RegisterTable, address: int, values: Sequence[int]) -> bool:
        """Registers or bits written; each point must be written whole. False: refused."""
        self.heard()
        end = address + len(values)
        hit = [p for p in self._places[table] if address <= p.first and p.last < end]
        covered = sum(place.last - place.first + 1 for place in hit)
        if covered != len(values):
            return False
        taken = True
        for place in hit:
            words = list(values[place.first - address : place.last - address + 1])
            taken = self._write_point(place.point, words) and taken
        return taken

    def _write_point(self, point: Point, words: list[int]) -> bool:
        if "w" not in point.access:
            return False
        value, _quality = decode(point, self._ordered(point, words))
        return value is not None and self.command(point.id, value)

    def _words(self, place: _Place, values: Readings) -> list[int]:
        point = place.point
        at = point.modbus
        if at is None or point.id not in values:
            return []
        value = values[point.id]
        if at.bit is not None:
            return [(int(value or 0) & ((1 << at.bits) - 1)) << at.bit]
        if value is not None:
            try:
                return self._ordered(point, encode(place.free, _typed(point.kind, value)))
            except UserFacing:
                # It does not fit its registers: a device says so with its code for no reading.
                pass
        raw = point.missing[0] if point.missing else 0
        size = place.last - place.first + 1
        return [raw >> 16 * (size - 1 - index) & 0xFFFF for index in range(size)]

    def _ordered(self, point: Point, words: list[int]) -> list[int]:
        numeric = point.modbus is not None and point.modbus.type != "string"
        return words[::-1] if self.quirks.swap_words and numeric else words


def _typed(kind: ValueKind, value: Value) -> Value:
    if kind is ValueKind.TEXT or isinstance(value, str):
        return str(value)
    if kind is ValueKind.FLOAT:
        return float(value)
    return bool(value) if kind is ValueKind.BOOL else round(value)
