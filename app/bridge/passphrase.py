"""Asks the person at the window for the passphrase of the encrypted secrets file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Signal

_ONE_ANSWER_S = 1.0
CHOOSE, OPEN, WRONG = "choose", "open", "wrong"


class PassphraseAsker(QObject):
    """One question at a time; the window shows it beside the work, never in its way.

    Signals:
        asked: a passphrase is wanted; ``question`` says which.
        answered: the question is over.
    """

    asked = Signal()
    answered = Signal()

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._answer: asyncio.Future[str] | None = None
        self._given = False
        self._refused_at = float("-inf")

    @property
    def file(self) -> Path:
        """The file that the passphrase opens."""
        return self._file

    @property
    def question(self) -> str:
        """CHOOSE for a new file, OPEN, WRONG after a passphrase that did not open it, or empty."""
        if self._answer is None:
            return ""
        if not self._file.exists():
            return CHOOSE
        return WRONG if self._given else OPEN

    async def ask(self) -> str:
        """Wait for the answer; empty where it is refused.

        A refusal answers for everything that waited behind the same question.
        """
        loop = asyncio.get_running_loop()
        if loop.time() - self._refused_at < _ONE_ANSWER_S:
            return ""
        self._answer = loop.create_future()
        self.asked.emit()
        try:
            given = await self._answer
        finally:
            self._answer = None
            self.answered.emit()
        self._given = bool(given)
        if not given:
            self._refused_at = loop.time()
        return given

    def answer(self, passphrase: str) -> None:
        """Take the answer; empty refuses. Harmless while nothing is asked."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(passphrase)
