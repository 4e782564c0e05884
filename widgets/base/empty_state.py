"""What a page shows when there is nothing yet: an icon, one sentence, one button, one link."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from widgets.base import icons
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look

_ICON, _SENTENCE = 48, 480


class EmptyState(QWidget):
    """An empty page with the way out of it.

    Signals:
        action_requested: the button was pressed.
        second_requested: the link below it was followed.
    """

    action_requested = Signal()
    second_requested = Signal()

    def __init__(
        self, look: Look, icon: str, text: str, *, action: str = "", second: str = ""
    ) -> None:
        super().__init__()
        picture = QLabel()
        picture.setPixmap(icons.pixmap(icon, look.palette.disabled, _ICON, 2.0))
        sentence = QLabel(text)
        sentence.setWordWrap(True)
        sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # A wrapped label in an aligned cell gets too little height: stretches beside it instead.
        sentence.setFixedWidth(_SENTENCE)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(sentence)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.addStretch(2)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(picture, 0, center)
        column.addLayout(line)
        self.button = KeyButton(look, action)
        self.button.primary = True
        self.button.clicked.connect(self.action_requested)
        column.addWidget(self.button, 0, center)
        self.button.setVisible(bool(action))
        self.link = QLabel(f'<a href="#">{second}</a>')
        self.link.setAccessibleName(second)
        self.link.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        self.link.linkActivated.connect(self._link_followed)
        column.addWidget(self.link, 0, center)
        self.link.setVisible(bool(second))
        column.addStretch(3)

    @Slot(str)
    def _link_followed(self, _target: str) -> None:
        self.second_requested.emit()
