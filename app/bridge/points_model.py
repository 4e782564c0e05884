"""The tree of points: asset, device, point; only the rows on the screen are ever looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.bridge import units
from app.bridge.catalogue import Catalogue, CatalogueAsset
from app.bridge.points_filter import PointsFilter
from app.bridge.points_rows import Latest, Node, Role, runs
from app.bridge.switching_offer import command_of
from app.core.profiles import Point
from app.core.quality import Quality, is_bad
from app.core.rows import PointKey, Sample
from app.services.history import gap_ns

Index = QModelIndex | QPersistentModelIndex
MIME = "application/x-wayside-points"
"""Mime type of dragged points: keys as ``device/point``, one a line, UTF-8."""

TITLE, VALUE, UNIT, AGE = range(4)
FETCH = 500
"""Assets for which rows are made at a time: a view lays every row out before it draws one."""

_NS = 1_000_000_000


class PointsModel(QAbstractItemModel):
    """Assets at the top, below them devices and points; a lone device's points stand directly.

    An index carries the numbers of its asset and device, so nothing exists for a row that is not
    looked at. ``refresh`` is called with the rows on the screen and announces what changed.

    Signals:
        plot_requested: the user wants a point plotted (True) or no longer plotted (False).
    """

    plot_requested = Signal(PointKey, bool)

    def __init__(
        self, live: Latest, now_ns: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._now_ns = now_ns
        self._catalogue = Catalogue()
        self._filter = PointsFilter(self._catalogue)
        self._text = ""
        self._shown: list[int] = []
        self._fetched = 0
        self._row_of: dict[int, int] = {}
        self._curves: dict[PointKey, int] = {}
        self._seen: dict[PointKey, tuple[int, str]] = {}
        self._states: dict[PointKey, tuple[str, str]] = {}

    def set_catalogue(self, catalogue: Catalogue) -> None:
        """Show another catalogue; the search text stays."""
        self._show(catalogue, self._text)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue shown."""
        return self._catalogue

    def search(self, text: str) -> None:
        """Leave what a text is found in: number, title or Chinese title, every word somewhere."""
        self._show(self._catalogue, text)

    def _show(self, catalogue: Catalogue, text: str) -> None:
        # Whoever looks at the rows before they go still sees the old ones.
        self.beginResetModel()
        self._catalogue, self._text = catalogue, text
        self._filter = PointsFilter(self._catalogue, text)
        self._shown = self._filter.assets()
        self._row_of = {asset: row for row, asset in enumerate(self._shown)}
        self._fetched = min(FETCH, len(self._shown))
        self._seen.clear()
        self.endResetModel()

    @property
    def text(self) -> str:
        """What is searched for, empty while everything is shown."""
        return self._text

    def shown(self) -> tuple[int, int]:
        """Number of assets shown, and of all."""
        return len(self._shown), len(self._catalogue.assets)

    def set_curves(self, curves: Mapping[PointKey, int]) -> None:
        """Which points are plotted and in which colour of the palette, counted from 0."""
        if self._curves == dict(curves):
            return
        before, self._curves = self._curves, dict(curves)
        roles = [Qt.ItemDataRole.CheckStateRole, Role.CURVE]
        for key in before.keys() | curves.keys():
            index = self.find(key)
            if index.isValid() and before.get(key) != curves.get(key):
                self.dataChanged.emit(index, index, roles)

    def curves(self) -> dict[PointKey, int]:
        """The points plotted now."""
        return dict(self._curves)

    def set_state(self, key: PointKey, state: tuple[str, str] | None) -> None:
        """What is said of the point's command, a mark and a few words; None for nothing."""
        if self._states.get(key) == state:
            return
        self._states.pop(key, None)
        if state is not None:
            self._states[key] = state
        index = self.find(key)
        if index.isValid():
            self.dataChanged.emit(index, index.siblingAtColumn(AGE))

    def can_switch(self, index: Index) -> bool:
        """Whether the point of an index has a command."""
        node = self._node(index)
        profile = self._catalogue.profiles.get(node.device.profile) if node.device else None
        return bool(profile and node.point and command_of(profile, node.point))

    def latest(self, key: PointKey) -> Sample | None:
        """The sample that the point's row shows."""
        return self._live.latest(key)

    # The shape of the tree

    def _flat(self, asset: CatalogueAsset) -> bool:
        return len(asset.devices) == 1

    def _children(self, asset: CatalogueAsset) -> list[int]:
        """Numbers of the devices that have a point to show."""
        return [number for number, points in enumerate(self._filter.points(asset)) if points]

    def _asset_of(self, index: Index) -> CatalogueAsset:
        code = index.internalId()
        number = (code >> 16) - 1 if code else self._shown[index.row()]
        return self._catalogue.assets[number]

    def _node(self, index: Index) -> Node:
        asset = self._asset_of(index)
        code = index.internalId()
        if not code:
            return Node(asset)
        number = (code & 0xFFFF) - 1
        if number < 0 and not self._flat(asset):
            return Node(asset, asset.devices[self._children(asset)[index.row()]])
        device = asset.devices[max(number, 0)]
        rows = self._filter.points(asset)[max(number, 0)]
        return Node(asset, device, self._catalogue.points(device)[rows[index.row()]])

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        """The index of a row."""
        if parent is None or not parent.isValid():
            inside = 0 <= row < self._fetched
            return self.createIndex(row, column, 0) if inside else QModelIndex()
        if row < 0 or row >= self.rowCount(parent):
            return QModelIndex()
        if not parent.internalId():
            return self.createIndex(row, column, (self._shown[parent.row()] + 1) << 16)
        asset = self._asset_of(parent)
        number = self._children(asset)[parent.row()]
        return self.createIndex(row, column, parent.internalId() | (number + 1))

    def parent(self, index: Index | None = None) -> Any:  # noqa: ANN401  # two Qt overloads
        """The index above; without an argument the QObject's parent."""
        if index is None:
            return super().parent()
        code = index.internalId() if index.isValid() else 0
        if not code:
            return QModelIndex()
        number = (code >> 16) - 1
        if not code & 0xFFFF:
            return self.createIndex(self._row_of[number], 0, 0)
        device = (code & 0xFFFF) - 1
        row = self._children(self._catalogue.assets[number]).index(device)
        return self.createIndex(row, 0, code & ~0xFFFF)

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows below an index."""
        if parent is None or not parent.isValid():
            return self._fetched
        if parent.column() > 0:
            return 0
        code, asset = parent.internalId(), self._asset_of(parent)
        if not code:
            points = self._filter.points(asset)
            return len(points[0]) if self._flat(asset) else len(self._children(asset))
        if code & 0xFFFF or self._flat(asset):
            return 0
        return len(self._filter.points(asset)[self._children(asset)[parent.row()]])

    def hasChildren(self, parent: Index | None = None) -> bool:
        """Assets shown have something below by construction."""
        if parent is None or not parent.isValid():
            return bool(self._shown)
        return not parent.internalId() or self.rowCount(parent) > 0

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there are assets that no row exists for yet."""
        return not parent.isValid() and self._fetched < len(self._shown)

    def fetchMore(self, parent: Index) -> None:
        """Make rows for the next assets; a view asks when it is scrolled to its end."""
        if not parent.isValid():
            self.fetch_to(self._fetched + FETCH - 1)

    def fetch_to(self, row: int) -> None:
        """Make rows up to an asset's."""
        last = min(row, len(self._shown) - 1)
        if last >= self._fetched:
            self.beginInsertRows(QModelIndex(), self._fetched, last)
            self._fetched = last + 1
            self.endInsertRows()

    def columnCount(self, parent: Index | None = None) -> int:
        """Title, value, unit, age."""
        return 4

    # What a row says

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """What the delegate draws; values are looked up here, so only for rows on the screen."""
        if not index.isValid():
            return None
        node = self._node(index)
        if role == Role.LEVEL:
            return 2 if node.point else 1 if node.device else 0
        if node.key is None or node.point is None:
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return self._heading(node) if index.column() == TITLE else None
            return None
        return self._point_data(node.key, node.point, index.column(), role)

    def _heading(self, node: Node) -> str:
        if node.device is not None:
            return self._catalogue.device_title(node.device)
        return f"{node.asset.number} {node.asset.title}".strip()

    def _point_data(self, key: PointKey, point: Point, column: int, role: int) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text_of(key, point, column)
        if role == Role.KEY:
            return key
        if role == Role.CURVE:
            return self._curves.get(key, -1)
        if role == Role.MARK:
            return point.role
        if role == Role.STATE:
            return self._states.get(key)
        if role == Qt.ItemDataRole.CheckStateRole and column == TITLE:
            return Qt.CheckState.Checked if key in self._curves else Qt.CheckState.Unchecked
        if role in (Role.STALE, Role.BAD):
            sample = self._live.latest(key)
            if sample is None:
                return False
            old = self._age_s(sample) * _NS > gap_ns(point.every_s)
            return old if role == Role.STALE else is_bad(sample.quality)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            cells = [self._text_of(key, point, each) for each in (TITLE, VALUE, UNIT, AGE)]
            cells.append(self._states.get(key, ("", ""))[1])
            return " ".join(cell for cell in cells if cell)
        return None

    def _text_of(self, key: PointKey, point: Point, column: int) -> str:
        if column == TITLE:
            return self._catalogue.point_title(point)
        if column == UNIT:
            return self._catalogue.unit(point)
        sample = self._live.latest(key)
        if sample is None:
            return units.NO_VALUE if column == VALUE else ""
        bad = is_bad(sample.quality)
        if column == AGE:
            if sample.quality == Quality.UNCERTAIN_FROZEN:
                return "≈ " + self.tr("frozen")
            return "✕ " + self.tr("bad") if bad else units.age_text(self._age_s(sample))
        if bad:
            return units.NO_VALUE
        labels = self._catalogue.labels(point)
        return units.value_text(point, sample.value, self.tr("on"), self.tr("off"), labels)

    def _age_s(self, sample: Sample) -> float:
        return (self._now_ns() - sample.source_ns) / _NS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401
        """The column titles."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (self.tr("Point"), self.tr("Value"), self.tr("Unit"), self.tr("Age"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (VALUE, AGE):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Points are checkable and can be dragged."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.internalId() and self._node(index).point is not None:
            flags |= Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsDragEnabled
            flags |= Qt.ItemFlag.ItemNeverHasChildren
        return flags

    def setData(self, index: Index, value: object, role: int = 2) -> bool:
        """A check box asks for a plot; the row changes when the plots did."""
        key = self.key(index)
        if role != Qt.ItemDataRole.CheckStateRole or key is None:
            return False
        checked = value in (Qt.CheckState.Checked, Qt.CheckState.Checked.value)
        self.plot_requested.emit(key, checked)
        return True

    def key(self, index: Index) -> PointKey | None:
        """The point of an index, None for an asset or device."""
        return self._node(index).key if index.isValid() else None

    def name(self, index: Index) -> str:
        """The number of an asset or the key of a device; empty for a point."""
        node = self._node(index)
        if node.point is not None:
            return ""
        return node.device.key if node.device is not None else node.asset.number

    def refresh(self, rows: Sequence[QModelIndex]) -> int:
        """Announce the rows of these that show something else than last time; returns how many."""
        changed: list[QModelIndex] = []
        seen: dict[PointKey, tuple[int, str]] = {}
        for index in rows:
            node = self._node(index)
            key, point = node.key, node.point
            if key is None or point is None:
                continue
            sample = self._live.latest(key)
            state = (sample.received_ns if sample else 0, self._text_of(key, point, AGE))
            seen[key] = state
            if self._seen.get(key) != state:
                changed.append(index)
        self._seen = seen
        for first, last in runs(changed):
            # From the title on: a title may reach into the cell of its value.
            self.dataChanged.emit(first.siblingAtColumn(TITLE), last.siblingAtColumn(AGE))
        return len(changed)

    def row_of(self, number: str) -> int:
        """The row of an asset by its number, made where it has to be; -1 where it is not shown."""
        for row, asset in enumerate(self._shown):
            if self._catalogue.assets[asset].number == number:
                self.fetch_to(row)
                return row
        return -1

    def find(self, key: PointKey, *, fetch: bool = False) -> QModelIndex:
        """The index of a point, invalid where it has no row; ``fetch`` makes the row."""
        place = self._catalogue.place(key.device)
        row = self._row_of.get(place[0], -1) if place is not None else -1
        if place is None or row < 0:
            return QModelIndex()
        if fetch:
            self.fetch_to(row)
        if row >= self._fetched:
            return QModelIndex()
        asset = self._catalogue.assets[place[0]]
        return self._find_below(self.index(row, 0), asset, place[1], key.point)

    def _find_below(
        self, top: QModelIndex, asset: CatalogueAsset, child: int, point_id: str
    ) -> QModelIndex:
        children = self._children(asset)
        if child not in children:
            return QModelIndex()
        above = top if self._flat(asset) else self.index(children.index(child), 0, top)
        points = self._catalogue.points(asset.devices[child])
        for row, number in enumerate(self._filter.points(asset)[child]):
            if points[number].id == point_id:
                return self.index(row, 0, above)
        return QModelIndex()

    def mimeTypes(self) -> list[str]:
        """Points travel as their keys."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The keys of the rows, one a line."""
        keys = dict.fromkeys(str(key) for key in map(self.key, indexes) if key is not None)
        data = QMimeData()
        data.setData(MIME, "\n".join(keys).encode())
        return data
