"""A tile for each device that a step moves: what it is told, what it does, and a way to see it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.bridge.commission_ramps import TileView
from widgets.base import icons, marks
from widgets.base.fonts import REGULAR, SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import CARD_RADIUS
from widgets.wizard import verdicts

TILES_WIDTH, TILE_HEIGHT = 208, 84
_MARK = 5


class LampTile(QWidget):
    """One device: name and address, set-point, feedback, effect, and Identify.

    Signals:
        identify_requested: the check that makes it show itself.
    """

    identify_requested = Signal(str)

    def __init__(self, look: Look, number: int) -> None:
        super().__init__()
        self._look = look
        self._view = TileView(slot="", title="", unit=0, state="")
        self.setFixedHeight(TILE_HEIGHT)
        self.button = KeyButton(look, "", kind="small", parent=self)
        self.button.set_hint(str(number))
        self.button.clicked.connect(self._clicked)

    def show_tile(self, view: TileView) -> None:
        """Show a device as it is just now."""
        if view == self._view:
            return
        self._view = view
        self.button.set_label(self.tr("Identify {0}").format(view.title))
        self.button.setObjectName(f"identify:{view.slot}")
        self.button.setVisible(bool(view.identify))
        self.button.adjustSize()
        self.button.move(12, TILE_HEIGHT - self.button.height() - 6)
        word = verdicts.word(view.state) if view.state else ""
        parts = (view.title, word, view.command, view.level, view.effect)
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.update()

    def _clicked(self) -> None:
        self.identify_requested.emit(self._view.identify)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card: name, mark, address; below it the values."""
        view, palette, measures = self._view, self._look.palette, self._look.measures
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.divider), 1))
        painter.setBrush(QColor(palette.raised))
        painter.drawRoundedRect(
            self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), CARD_RADIUS, CARD_RADIUS
        )
        ratio = self.devicePixelRatioF()
        painter.drawPixmap(12, 8, icons.pixmap(view.icon, palette.text, 16, ratio))
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        painter.setFont(sans(measures.body, SEMIBOLD))
        painter.setPen(QColor(palette.text))
        name = QRectF(36, 4, 100, 24)
        used = painter.boundingRect(name, middle, view.title)
        painter.drawText(name, middle, view.title)
        if view.state:
            mark = verdicts.MARKS[view.state]
            marks.draw(mark, painter, QRectF(used.right() + 8, 8, 16, 16), palette)
        painter.setFont(sans(measures.caption))
        painter.setPen(QColor(palette.text2))
        if view.unit:
            address = self.tr("address {0}").format(view.unit)
            painter.drawText(QRectF(96, 4, self.width() - 108, 24), middle | right, address)
        self._values(painter)
        painter.end()

    def _values(self, painter: QPainter) -> None:
        view, palette, measures = self._view, self._look.palette, self._look.measures
        y = 29.0
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        painter.setFont(sans(measures.body))
        painter.setPen(QPen(QColor(palette.text), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        center = y + 11
        painter.drawPolygon(QPolygonF([QPointF(13, center - _MARK), QPointF(21, center),
                                       QPointF(13, center + _MARK)]))  # fmt: skip
        painter.drawText(QRectF(26, y, 56, 22), middle, view.command or "–")
        painter.setBrush(QColor(palette.text))
        painter.drawEllipse(QPointF(88, center), 3.5, 3.5)
        painter.drawText(QRectF(97, y, 56, 22), middle, view.level or "–")
        painter.setFont(sans(measures.body, SEMIBOLD if view.state == "fail" else REGULAR))
        painter.drawText(QRectF(120, y, self.width() - 132, 22), middle | right, view.effect)


class LampTiles(QWidget):
    """The tiles of a step, one below the other; the first two are shown.

    Signals:
        identify_requested: the check that makes a device show itself.
    """

    identify_requested = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.tiles: list[LampTile] = []
        self.views: tuple[TileView, ...] = ()
        self.setFixedWidth(TILES_WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)

    def show_tiles(self, views: tuple[TileView, ...]) -> None:
        """Show these devices; tiles that stay keep their widgets."""
        self.views = views
        while len(self.tiles) < min(2, len(views)):
            tile = LampTile(self._look, len(self.tiles) + 1)
            tile.identify_requested.connect(self.identify_requested)
            self._column.insertWidget(len(self.tiles), tile)
            tile.setVisible(True)
            self.tiles.append(tile)
        for place, tile in enumerate(self.tiles):
            tile.setVisible(place < len(views))
            if place < len(views):
                tile.show_tile(views[place])
