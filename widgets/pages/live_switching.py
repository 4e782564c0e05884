"""Switching on the Live page: from a row of the tree to a command, and its state back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.bridge.points_model import PointsModel
from app.bridge.switching import Switching
from app.bridge.switching_words import row_state, state_word
from app.core.rows import PointKey
from widgets.pages.points_panel import PointsPanel
from widgets.pages.switch_panel import Wish


class LiveSwitching(QObject):
    """Joins the tree, the form below it and the desk's ``Switching``.

    Signals:
        said: what became of a command, in words for the status bar.
        undo_changed: whether an undo would take a command back may be another.
        test_requested: the connection of that device is to be tested.
    """

    said = Signal(str)
    undo_changed = Signal()
    test_requested = Signal(str)

    def __init__(self, panel: PointsPanel, model: PointsModel, switching: Switching) -> None:
        super().__init__(panel)
        self._tree, self._form = panel.tree, panel.switch
        self._model = model
        self.switching = switching
        self._words: dict[PointKey, str] = {}
        self._tree.switch_requested.connect(self.open)
        self._form.sent.connect(self._send)
        self._form.undo_requested.connect(switching.undo)
        self._form.keep_requested.connect(switching.keep)
        self._form.eyes_said.connect(self._seen)
        self._form.test_requested.connect(self._test)
        self._form.closed.connect(self._closed)
        switching.changed.connect(self._changed)
        switching.failed.connect(self._failed)
        for switched in switching.all():
            self._changed(switched.key)

    @Slot()
    def open_current(self) -> None:
        """Open the form of the row that is selected."""
        key = self._model.key(self._tree.currentIndex())
        if key is not None:
            self.open(key)

    @Slot(PointKey)
    def open(self, key: PointKey) -> None:
        """Open the form of a point's command; a point without one says so."""
        catalogue = self._model.catalogue
        entry = catalogue.entry(key)
        if entry is None:
            return
        device = catalogue.device_title(entry.device)
        place = f"{entry.asset.number} · {device} · {catalogue.point_title(entry.point)}"
        offer = self.switching.offer(key, place, catalogue.language)
        if offer is None:
            self.said.emit(self.tr("{0} is only read").format(catalogue.point_title(entry.point)))
            return
        self._tree.hold(key)
        sample = self._model.latest(key)
        self._form.open(offer, sample.value if sample is not None else None)
        self._changed(key)

    def undo(self) -> bool:
        """Take the last command back; False where there is none to be taken back."""
        last = self.switching.last_undoable()
        if last is not None:
            self.switching.undo(last.key)
        return last is not None

    @property
    def can_undo(self) -> bool:
        """Whether an undo would take a command back."""
        return self.switching.last_undoable() is not None

    def _send(self, wish: Wish) -> None:
        self.switching.send(wish.key, wish.command, wish.value, trial=wish.trial)

    @Slot(PointKey, bool)
    def _seen(self, key: PointKey, done: bool) -> None:
        self.switching.seen(key, done=done)

    @Slot(PointKey)
    def _test(self, key: PointKey) -> None:
        self.test_requested.emit(key.device)

    @Slot()
    def _closed(self) -> None:
        if self._form.offer is not None:
            self.switching.dismiss(self._form.offer.key)
        self._tree.hold(None)
        self._tree.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(PointKey)
    def _changed(self, key: PointKey) -> None:
        switched, now_ns = self.switching.of(key), self.switching.now_ns()
        self._model.set_state(key, row_state(switched, now_ns) if switched is not None else None)
        shown = self._form.offer
        if shown is not None and shown.key == key and not self._form.isHidden():
            self._form.show_state(switched, now_ns)
        if switched is not None:
            word = state_word(switched)
            if self._words.get(key) != word:
                self._words[key] = word
                self.said.emit(f"{self._name(key)}: {word}")
        self.undo_changed.emit()

    def _name(self, key: PointKey) -> str:
        entry = self._model.catalogue.entry(key)
        if entry is None:
            return str(key)
        return f"{self._model.catalogue.point_title(entry.point)} {entry.asset.number}"

    @Slot(str)
    def _failed(self, text: str) -> None:
        if self._form.isHidden():
            self.said.emit(text)
        else:
            self._form.show_wrong(text)
