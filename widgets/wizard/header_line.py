"""The one line above every step: job, serial, link, step, time, soak, what waits for a platform."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.bridge.commission_views import HeaderView, JobView
from widgets.base import marks
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.theme import Look
from widgets.base.tokens import BANNER_HEIGHT
from widgets.wizard.durations import clock
from widgets.wizard.steps_rail import SoakRing

_LIGHT = 12
_LEAST = 80


class ElidedLabel(QLabel):
    """A text that ends with an ellipsis where it has no room, and is a tool tip then."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setMinimumWidth(_LEAST)

    def show_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:
        """As wide as the whole text."""
        margins = self.contentsMargins()
        width = QFontMetrics(self.font()).horizontalAdvance(self._whole) + 1
        return QSize(width + margins.left() + margins.right(), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut it anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class HeaderLine(QWidget):
    """Facts only; nothing here takes the focus."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._state = "closed"
        self.job = QLabel()
        self.job.setFont(sans(look.measures.body, SEMIBOLD))
        self.asset = QLabel()
        self.serial = QLabel()
        self.serial.setStyleSheet(f"color: {look.palette.text2};")
        self.link = ElidedLabel()
        self.link.setContentsMargins(_LIGHT, 0, 0, 0)
        self.step = QLabel()
        self.elapsed = QLabel()
        self.ring = SoakRing(look)
        self.soak = QLabel()
        self.offline = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 1)
        row.setSpacing(12)
        for number, label in enumerate(
            (self.job, self.asset, self.serial, self.link, self.step, self.elapsed, self.soak,
             self.offline)
        ):  # fmt: skip
            if number:
                row.addWidget(self._line())
            if label is self.soak:
                row.addWidget(self.ring)
            row.addWidget(label)
        row.addStretch(1)
        self.setFixedHeight(BANNER_HEIGHT)

    def _line(self) -> QWidget:
        line = QWidget()
        line.setFixedSize(1, 20)
        line.setStyleSheet(f"background: {self._look.palette.divider};")
        return line

    def show_job(self, view: JobView) -> None:
        """Show a job's names and its step."""
        self.job.setText(view.asset)
        self.asset.setText(view.operator)
        self.serial.setText(view.serial or self.tr("no serial"))
        text = self.tr("Step {0} of {1}").format(view.number(), len(view.steps))
        self.step.setText(text)
        offline = self.tr("Offline, {0} deferred") if view.deferred else self.tr("Offline")
        self.offline.setText(offline.format(view.deferred))

    def show_header(self, header: HeaderView) -> None:
        """Show link, time and soak."""
        self._state, words = header.link
        self.link.show_text(words)
        self.elapsed.setText(clock(header.elapsed_s))
        text = self.tr("Soak {0} of {1}")
        done = min(header.soak_s, header.soak_of_s)
        self.soak.setText(text.format(clock(done), clock(header.soak_of_s)))
        self.ring.set_share(done / header.soak_of_s if header.soak_of_s else 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface, the line below, and the link's light."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(palette.divider))
        light = QRectF(self.link.x() - 4, self.height() / 2 - 8, 16, 16)
        mark = marks.LINK_MARKS.get(self._state, marks.ring)
        marks.draw(mark, painter, light, palette)
        painter.end()
