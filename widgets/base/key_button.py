"""A button that shows its keyboard shortcut after its label."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from widgets.base import icons, key_hint
from widgets.base.fonts import sans
from widgets.base.keys import keeps_key
from widgets.base.theme import Look
from widgets.base.tokens import RADIUS

_PAD, _GAP, _ICON = 12, 8, 16


def key_text(shortcut: str) -> str:
    """A shortcut as its keys are printed: Enter, arrows."""
    text = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.PortableText)
    for name, printed in (("Return", "Enter"), ("Left", "←"), ("Right", "→")):
        text = text.replace(name, printed)
    return text


class KeyButton(QPushButton):
    """A push button drawn from the tokens: icon, label, and the shortcut in quiet text.

    ``primary`` fills the button with the accent; a page has at most one.
    ``kind`` is small (24 high) or flat (small, with a frame only under the mouse). The shortcut
    works while the button's window is active and the button is seen.
    """

    def __init__(
        self,
        look: Look,
        text: str,
        *,
        shortcut: str = "",
        icon: str = "",
        kind: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._look = look
        self._icon = icon
        self._small = kind in ("small", "flat")
        self._flat = kind == "flat"
        self._bare = False
        self._hinted = True
        self.primary = False
        self.hint = key_text(shortcut)
        if shortcut:
            # Not the button's own shortcut: that clicks a tenth of a second later.
            QShortcut(QKeySequence(shortcut), self).activated.connect(self.click)
        self.setAccessibleName(text or icon)
        self.setFont(sans(look.measures.body))
        self._hint_font = sans(look.measures.caption)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        # As narrow as its label: a button of Qt's keeps room for its shortcut, too.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_hint(self, shortcut: str) -> None:
        """Show a shortcut that somebody else listens to."""
        self.hint = key_text(shortcut)
        self.updateGeometry()

    def can_be_bare(self) -> bool:
        """Whether there is an icon that can stand for the label."""
        return bool(self._icon and self.text())

    def set_hinted(self, *, hinted: bool) -> None:
        """Show the shortcut, or leave it out: for a row that is too narrow."""
        if hinted != self._hinted:
            self._hinted = hinted
            self.updateGeometry()
            self.update()

    def hint_width(self) -> int:
        """What the shortcut adds to the width."""
        return self._size(hint=True, label=self.text()).width() - self.width_of(bare=False)

    def set_bare(self, *, bare: bool) -> None:
        """Show the icon alone, and the label as a tool tip: for a row that is too narrow."""
        if bare != self._bare:
            self._bare = bare
            self._tell()
            self.updateGeometry()
            self.update()

    def _tell(self) -> None:
        told = "  ".join(part for part in (self.text(), self.hint) if part)
        self.setToolTip(told if self._bare else "")

    def set_label(self, text: str, icon: str = "") -> None:
        """Change label and icon."""
        self._icon = icon or self._icon
        self.setText(text)
        self.setAccessibleName(text)
        if self._bare:
            self._tell()
        self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """A focused button keeps Space and Enter for itself."""
        if event.type() == QEvent.Type.ShortcutOverride and keeps_key(event):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the focused button as Space does."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if not event.isAutoRepeat():
                self.click()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Width of all parts; the height of a control."""
        return self._size(hint=self._hinted)

    def minimumSizeHint(self) -> QSize:
        """Where room is scarce the shortcut is left out, the label only with ``set_bare``."""
        return self._size(hint=False)

    def width_of(self, *, bare: bool) -> int:
        """The least width with the label, or of the icon alone."""
        return self._size(hint=False, label="" if bare else self.text()).width()

    def _label(self) -> str:
        return "" if self._bare else self.text()

    def _size(self, *, hint: bool, label: str | None = None) -> QSize:
        measures = self._look.measures
        height = measures.small_control if self._small else measures.control
        label = self._label() if label is None else label
        parts = [self._icon_width(), self._width(label)]
        parts.append(self._width(self.hint, hint=True) if hint and label else 0)
        shown = [part for part in parts if part]
        pad = _GAP if self._small or not label else _PAD
        return QSize(2 * pad + sum(shown) + _GAP * (len(shown) - 1), height)

    def _icon_width(self) -> int:
        return _ICON if self._icon else 0

    def _width(self, text: str, *, hint: bool = False) -> int:
        if not text:
            return 0
        if hint:
            return key_hint.width(text, QFontMetrics(self._hint_font))
        return QFontMetrics(self.font()).horizontalAdvance(text)

    def _colors(self) -> tuple[str, str, str, str]:
        palette = self._look.palette
        if not self.isEnabled():
            return palette.surface, palette.divider, palette.disabled, palette.disabled
        if self.primary:
            return palette.accent, palette.accent, palette.on_accent, palette.on_accent
        if self.isChecked():
            return palette.selected, palette.accent, palette.text, palette.text2
        if self.isDown():
            return palette.selected, palette.border, palette.text, palette.text2
        if self.underMouse():
            return palette.surface, palette.border, palette.text, palette.text2
        return palette.raised, palette.border, palette.text, palette.text2

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, icon, label and shortcut."""
        fill, border, text, quiet = self._colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(border), 1))
        painter.setBrush(QColor(fill))
        if not self._flat or self.underMouse() or self.isDown():
            painter.drawRoundedRect(
                self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS
            )
        label = self._label()
        hint = (
            bool(self.hint and label) and self._hinted and self.width() >= self.sizeHint().width()
        )
        x = (self.width() - self._size(hint=hint).width()) // 2
        x += _GAP if self._small or not label else _PAD
        if self._icon:
            checked = self.isChecked() and self.isEnabled() and not self.primary
            color = self._look.palette.accent if checked else text
            ratio = self.devicePixelRatioF()
            picture = icons.pixmap(self._icon, color, _ICON, ratio)
            painter.drawPixmap(x, (self.height() - _ICON) // 2, picture)
            x += _ICON + _GAP
        middle = Qt.AlignmentFlag.AlignVCenter
        if label:
            painter.setFont(self.font())
            painter.setPen(QColor(text))
            width = self._width(label) + 2
            painter.drawText(QRect(x, 0, width, self.height()), middle, label)
            x += width - 2 + _GAP
        if hint:
            painter.setFont(self._hint_font)
            painter.setPen(QColor(quiet))
            key_hint.draw(painter, QRect(x, 0, self.width() - x, self.height()), self.hint)
        painter.end()
