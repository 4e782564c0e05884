"""What lies between the cursors A and B: a table below the plots, or cards in a side dock."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.bridge.measure import Measured
from app.bridge.plot_board import MeasureTable, PlotBoard
from app.bridge.plot_points import PointInfo
from app.bridge.units import NO_VALUE, clock_text, number, span_text
from widgets.base.curves import curve_pen
from widgets.base.fonts import REGULAR, SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.pages.panel import TitleRow

_COLUMN, _APART = 56, 20
_CARD = 76


def _signed(value: float | None, decimals: int) -> str:
    if value is None:
        return NO_VALUE
    return ("+" if value >= 0 else "") + number(value, decimals)


def _plain(value: float | None, decimals: int) -> str:
    return NO_VALUE if value is None else number(value, decimals)


def cells(info: PointInfo, row: Measured) -> tuple[str, ...]:
    """A, B, the difference, mean, min, max, slope a minute, number of samples."""
    decimals = max(info.decimals, 1)
    return (
        _plain(row.at_a, info.decimals),
        _plain(row.at_b, info.decimals),
        _signed(row.delta, info.decimals),
        _plain(row.mean, decimals),
        _plain(row.low, info.decimals),
        _plain(row.high, info.decimals),
        _signed(row.slope_per_min, 2),
        ("" if row.exact else "≈") + number(row.samples, 0),
    )


class _Sheet(QWidget):
    """Draws the measured curves as rows of a table, or as cards where it is narrow."""

    def __init__(self, look: Look, board: PlotBoard) -> None:
        super().__init__()
        self._look = look
        self._board = board
        self._body = sans(look.measures.body)
        self._strong = sans(look.measures.body, SEMIBOLD)
        self._small = sans(look.measures.caption, REGULAR)
        self.setMinimumHeight(80)
        self.setAccessibleName(self.tr("Measured values"))

    def refresh(self) -> None:
        """Take the board's table."""
        rows = len(self._board.table.rows)
        height = _CARD * rows if self._narrow() else 28 + self._look.measures.row * rows
        self.setMinimumHeight(height)
        self.setAccessibleDescription(as_text(self._board.table, self.titles()))
        self.update()

    def _narrow(self) -> bool:
        return self.width() < 620

    def titles(self) -> tuple[str, ...]:
        """The column titles after the curve."""
        return (
            "A", "B", "Δy", self.tr("mean"), self.tr("min"), self.tr("max"),
            self.tr("slope /min"), self.tr("samples"),
        )  # fmt: skip

    def sizeHint(self) -> QSize:
        """Room for a few rows."""
        return QSize(360, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw table or cards."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.palette.surface))
        if self._narrow():
            self._paint_cards(painter)
        else:
            self._paint_table(painter)
        painter.end()

    def _text(self, painter: QPainter, box: QRect, text: str, font: QFont, color: str,
              side: Qt.AlignmentFlag) -> None:  # fmt: skip
        painter.setFont(font)
        painter.setPen(QColor(color))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)

    def _name(self, painter: QPainter, box: QRect, info: PointInfo) -> None:
        palette = self._look.palette
        colour = self._board.colours().get(info.key, 0)
        painter.setPen(curve_pen(palette, colour, 2.0))
        middle = box.center().y() + 1
        painter.drawLine(box.left(), middle, box.left() + 16, middle)
        left = Qt.AlignmentFlag.AlignLeft
        box = box.adjusted(24, 0, 0, 0)
        text = f"{info.title} {info.owner}"
        self._text(painter, box, text, self._body, palette.text, left)
        used = QFontMetrics(self._body).horizontalAdvance(text) + 8
        if used < box.width():
            self._text(painter, box.adjusted(used, 0, 0, 0), info.unit, self._small,
                       palette.text2, left)  # fmt: skip

    def _column_widths(self) -> list[int]:
        """As wide as the widest text; the name of the curve gets the rest."""
        small, strong = QFontMetrics(self._small), QFontMetrics(self._strong)
        widths = [small.horizontalAdvance(title) for title in self.titles()]
        for info, row in self._board.table.rows:
            texts = map(strong.horizontalAdvance, cells(info, row))
            widths = [max(pair) for pair in zip(widths, texts, strict=True)]
        return [max(_COLUMN, width + _APART) for width in widths]

    def _paint_table(self, painter: QPainter) -> None:
        palette, width, row_height = self._look.palette, self.width(), self._look.measures.row
        right = Qt.AlignmentFlag.AlignRight
        widths = self._column_widths()
        lefts = [width - 12 - sum(widths[number:]) for number in range(len(widths))]
        first = lefts[0]
        self._text(painter, QRect(12, 0, first, 28), self.tr("Curve"), self._small,
                   palette.text2, Qt.AlignmentFlag.AlignLeft)  # fmt: skip
        for column, title in enumerate(self.titles()):
            box = QRect(lefts[column], 0, widths[column], 28)
            self._text(painter, box, title, self._small, palette.text2, right)
        painter.fillRect(0, 27, width, 1, QColor(palette.divider))
        for number_, (info, row) in enumerate(self._board.table.rows):
            top = 28 + number_ * row_height
            self._name(painter, QRect(12, top, first - 20, row_height), info)
            for column, text in enumerate(cells(info, row)):
                box = QRect(lefts[column], top, widths[column], row_height)
                font = self._strong if column == 2 else self._body
                self._text(painter, box, text, font, palette.text, right)

    def _paint_cards(self, painter: QPainter) -> None:
        palette, width = self._look.palette, self.width()
        part = (width - 36) // 4
        titles = self.titles()
        left = Qt.AlignmentFlag.AlignLeft
        for number_, (info, row) in enumerate(self._board.table.rows):
            top = number_ * _CARD
            self._name(painter, QRect(12, top + 6, width - 24, 24), info)
            texts = cells(info, row)
            heads = (titles[2], titles[3], f"{titles[4]}–{titles[5]}", titles[6])
            low_high = NO_VALUE if row.low is None else f"{texts[4]}–{texts[5]}"
            values = (texts[2], texts[3], low_high, texts[6])
            for column in range(4):
                x = 36 + column * part
                head, value = QRect(x, top + 30, part, 18), QRect(x, top + 48, part, 20)
                self._text(painter, head, heads[column], self._small, palette.text2, left)
                self._text(painter, value, values[column], self._strong, palette.text, left)
            painter.fillRect(0, top + _CARD - 1, width, 1, QColor(palette.divider))


def as_text(table: MeasureTable, titles: tuple[str, ...]) -> str:
    """The table as tab-separated text, for a spreadsheet and for a screen reader."""
    lines = ["\t".join(("", "", *titles))]
    for info, row in table.rows:
        lines.append("\t".join((f"{info.title} {info.owner}", info.unit, *cells(info, row))))
    return "\n".join(lines) + "\n"


class MeasurePanel(QWidget):
    """The title line with the times, and the sheet; closing takes the cursors away.

    Signals:
        closed: the user closed the panel.
    """

    closed = Signal()

    def __init__(self, look: Look, board: PlotBoard) -> None:
        super().__init__()
        self._board = board
        self.head = TitleRow(look, self.tr("Measure A → B"))
        self.copy = KeyButton(look, self.tr("Copy table"), icon="copy", kind="small")
        self.copy.clicked.connect(self._copy)
        self.close_button = KeyButton(look, "", icon="close", kind="flat")
        self.close_button.setAccessibleName(self.tr("Close the measurement"))
        self.close_button.setToolTip(self.tr("Close the measurement"))
        self.close_button.clicked.connect(self.closed)
        self.head.row.addWidget(self.copy)
        self.head.row.addWidget(self.close_button)
        self.sheet = _Sheet(look, board)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.sheet)
        area.setAccessibleName(self.tr("Measured values"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(area, 1)
        board.measured.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Show the newest table."""
        table = self._board.table
        if table.a_ns != table.b_ns:
            times = f"A {clock_text(table.a_ns)}   B {clock_text(table.b_ns)}   "
            self.head.note.setText(times + f"Δt {span_text(table.delta_s)}")
        self.sheet.refresh()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(as_text(self._board.table, self.sheet.titles()))
