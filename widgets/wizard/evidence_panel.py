"""The evidence of the current check: what was measured, against what, and the raw frames."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.bridge.commission_evidence import EvidenceView
from widgets.base import marks
from widgets.base.fonts import SEMIBOLD, mono, sans
from widgets.base.theme import Look
from widgets.base.tokens import TITLE_HEIGHT
from widgets.wizard import verdicts

EVIDENCE_WIDTH = 272
_LONGEST = 64


class EvidencePanel(QWidget):
    """Read only; Ctrl+L moves into the frames."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._state = ""
        self.setFixedWidth(EVIDENCE_WIDTH)
        self._title = QLabel(self.tr("Evidence"))
        self._title.setFont(sans(look.measures.body, SEMIBOLD))
        self._title.setFixedHeight(TITLE_HEIGHT)
        self.check = QLabel()
        self.check.setFont(sans(look.measures.body, SEMIBOLD))
        self.check.setWordWrap(True)
        self.check.setContentsMargins(24, 8, 0, 4)
        self._values: dict[str, QLabel] = {}
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(4)
        for name, words in (
            ("measured", self.tr("Measured")),
            ("limit", self.tr("Expected")),
            ("basis", self.tr("Basis")),
            ("device", self.tr("Device")),
            ("attempt", self.tr("Attempt")),
            ("method", self.tr("Method")),
            ("profile", self.tr("Profile")),
        ):
            label = QLabel(words)
            label.setStyleSheet(f"color: {look.palette.text2};")
            # A form moves it down beside a value of some lines.
            label.setFixedHeight(label.sizeHint().height())
            value = QLabel()
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._values[name] = value
            form.addRow(label, value)
        self._values["measured"].setFont(sans(look.measures.body, SEMIBOLD))
        self._lay_out(form)

    def _lay_out(self, form: QFormLayout) -> None:
        look = self._look
        heading = QLabel(self.tr("Raw frames"))
        heading.setFont(sans(look.measures.body, SEMIBOLD))
        self.frames = QPlainTextEdit()
        self.frames.setReadOnly(True)
        self.frames.setFont(mono(look.measures.caption))
        self.frames.setTabChangesFocus(True)
        self.frames.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.frames.setAccessibleName(self.tr("Raw frames"))
        self.frames.setObjectName("evidence:frames")
        self.frames.setStyleSheet(
            f"QPlainTextEdit {{ background: {look.palette.raised};"
            f" border: 1px solid {look.palette.divider}; border-radius: 4px; padding: 4px; }}"
        )
        self.hash = QLabel()
        self.hash.setStyleSheet(f"color: {look.palette.text2}; font-size: 12px;")
        column = QVBoxLayout(self)
        column.setContentsMargins(13, 0, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self.check)
        column.addLayout(form)
        column.addWidget(heading)
        column.addWidget(self.frames, 1)
        column.addWidget(self.hash)

    def show_evidence(self, view: EvidenceView) -> None:
        """Show the evidence of a check."""
        self._state = view.state
        self.check.setText(view.title)
        attempt = str(view.attempts) if view.attempts else "–"
        if view.ended:
            attempt = self.tr("{0}, at {1}").format(view.attempts, view.ended)
        texts = {
            "measured": view.measured or "–",
            "limit": view.limit or "–",
            "basis": view.basis or "–",
            "device": view.device or "–",
            "attempt": attempt,
            "method": self._method(view.method),
            "profile": view.profile or "–",
        }
        for name, label in self._values.items():
            text = texts[name]
            label.setText(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
            label.setToolTip(text)
        lines = list(view.frames)
        if view.more_frames:
            lines.insert(0, self.tr("{0} earlier frames in the report").format(view.more_frames))
        if len(view.times) > 1:
            lines[:0] = [*view.times, ""]
        self.frames.setPlainText("\n".join(lines))
        # An empty box is said to be empty, and why.
        self.frames.setPlaceholderText(
            self.tr("Nothing went over the line.")
            if view.attempts
            else self.tr("What goes over the line while the check runs.")
        )
        end = self.frames.verticalScrollBar()
        end.setValue(0)
        text = self.tr("Hash {0}\nfollows {1}")
        self.hash.setText(text.format(_short(view.hash), _short(view.previous_hash))
                          if view.hash else "")  # fmt: skip
        self.update()

    def _method(self, method: str) -> str:
        kind, _, level = method.partition(" ")
        words = {
            "A": self.tr("automatic"), "M": self.tr("measured"), "V": self.tr("visual"),
            "F": self.tr("functional"),
        }  # fmt: skip
        levels = {
            "L1": self.tr("local"), "L2": self.tr("gateway"), "L3": self.tr("platform"),
        }  # fmt: skip
        return f"{kind} {words.get(kind, '')}, {level} {levels.get(level, '')}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface, its lines and the verdict's mark."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.surface))
        painter.fillRect(0, 0, 1, self.height(), QColor(palette.divider))
        painter.fillRect(0, TITLE_HEIGHT - 1, self.width(), 1, QColor(palette.divider))
        if self._state:
            box = QRectF(13, self.check.y() + 10, 16, 16)
            marks.draw(verdicts.MARKS[self._state], painter, box, palette)
        painter.end()


def _short(text: str) -> str:
    if len(text) < 16:
        return text
    return f"{text[:4]} {text[4:8]} … {text[-4:]}"
