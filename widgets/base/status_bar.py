"""The bar at the bottom: last action, links, queue, store, clock with its UTC offset."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from widgets.base import marks
from widgets.base.fonts import sans
from widgets.base.theme import Look
from widgets.base.tokens import STATUS_HEIGHT

_PAD, _MARK, _GAP = 12, 12, 6
_APART = 3


class StatusCell(QWidget):
    """A short text with an optional light before it and a divider at its left."""

    def __init__(self, look: Look, *, stretch: bool = False, steady: bool = False) -> None:
        super().__init__()
        self._steady = steady
        self._widest = 0
        self._look = look
        self._text = ""
        self._mark = ""
        self._stretch = stretch
        self.setFont(sans(look.measures.caption))
        horizontal = QSizePolicy.Policy.Expanding if stretch else QSizePolicy.Policy.Fixed
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str, mark: str = "") -> None:
        """Show a text and a link light (connected, closed, silent, failed ...)."""
        if (text, mark) != (self._text, self._mark):
            self._text, self._mark = text, mark
            self.setAccessibleName(text)
            self.setToolTip(text if self._stretch else "")
            self.updateGeometry()
            self.update()

    def text(self) -> str:
        """The text shown."""
        return self._text

    def sizeHint(self) -> QSize:
        """As wide as its text; the last action takes what is left."""
        width = QFontMetrics(self.font()).horizontalAdvance(self._text) + 2 * _PAD
        if self._mark:
            width += _MARK + _GAP
        if self._stretch:
            return QSize(40, STATUS_HEIGHT - 1)
        # A cell that counts must not push its neighbours about with every digit.
        self._widest = max(self._widest, width + 1) if self._steady else width + 1
        return QSize(self._widest, STATUS_HEIGHT - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw divider, light and text."""
        palette = self._look.palette
        painter = QPainter(self)
        x = _PAD
        if not self._stretch:
            painter.fillRect(0, 0, 1, self.height(), QColor(palette.divider))
        if self._mark:
            box = QRectF(x, self.height() / 2 - _MARK / 2, _MARK, _MARK)
            marks.draw(marks.LINK_MARKS[self._mark], painter, box, palette)
            x += _MARK + _GAP
        painter.setPen(QColor(palette.text))
        room = self.width() - x - (4 if self._stretch else 0)
        mode = Qt.TextElideMode.ElideRight
        shown = QFontMetrics(self.font()).elidedText(self._text, mode, room)
        painter.drawText(self.rect().adjusted(x, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class StatusBar(QWidget):
    """The cells of the bottom bar."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.action = StatusCell(look, stretch=True)
        self.queue = StatusCell(look, steady=True)
        self.store = StatusCell(look, steady=True)
        self.clock = StatusCell(look)
        self._links: list[StatusCell] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 1, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.action, 1)
        for cell in (self.queue, self.store, self.clock):
            self._row.addWidget(cell)
        self.setFixedHeight(STATUS_HEIGHT)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.tick)
        self._timer.start(1000)
        self.tick()

    def say(self, text: str) -> None:
        """Show what was done last, with the time of day."""
        self.action.set_text(f"{text} · {datetime.now().astimezone():%H:%M:%S}")

    def set_links(self, links: tuple[tuple[str, str, str], ...]) -> None:
        """Show up to three links by name, more of them as one sum with the worst light."""
        texts = [(f"{name} {words}", state) for name, state, words in links]
        if len(texts) > _APART:
            states = [state for _, state, _ in links]
            up = states.count("connected")
            order = ("failed", "waiting", "silent", "connecting", "closed", "connected")
            worst = next(state for state in order if state in states)
            texts = [(self.tr("{0} of {1} links connected").format(up, len(states)), worst)]
        while len(self._links) < len(texts):
            cell = StatusCell(self._look)
            self._row.insertWidget(1 + len(self._links), cell)
            self._links.append(cell)
        for number, cell in enumerate(self._links):
            cell.setVisible(number < len(texts))
            if number < len(texts):
                cell.set_text(*texts[number])

    def set_store(self, pending: str, size: str) -> None:
        """Show the queue in front of the store, and its size."""
        self.queue.set_text(pending)
        self.store.set_text(size)

    @Slot()
    def tick(self) -> None:
        """Show the time now."""
        now = datetime.now().astimezone()
        offset = now.strftime("%z")
        hours = f"{offset[:1]}{int(offset[1:3])}" + (f":{offset[3:]}" if offset[3:] != "00" else "")
        self.clock.set_text(f"{now:%Y-%m-%d %H:%M:%S} UTC{hours}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line above."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.palette.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(self._look.palette.divider))
        painter.end()
