"""Questions to people: asked by checks, shown by a front end, answered in any order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from app.commissioning.checks.base import Question

Answerer = Callable[[Question], Awaitable[str]]


class Desk:
    """Holds the open questions. With ``answerer`` set they are answered there instead.

    Args:
        changed: told the check whose question was asked or answered.
    """

    def __init__(self, changed: Callable[[str], None]) -> None:
        self._changed = changed
        self._open: dict[str, tuple[Question, asyncio.Future[str]]] = {}
        self.answerer: Answerer | None = None

    def open(self) -> tuple[Question, ...]:
        """What is asked now, the oldest first."""
        return tuple(question for question, _ in self._open.values())

    async def ask(self, question: Question) -> str:
        """Wait for the answer; a cancelled check takes its question back."""
        if self.answerer is not None:
            return await self.answerer(question)
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._open[question.check] = (question, future)
        self._changed(question.check)
        try:
            return await future
        finally:
            self._open.pop(question.check, None)
            self._changed(question.check)

    def answer(self, check: str, text: str) -> None:
        """Answer a question; one that is not open is ignored."""
        found = self._open.get(check)
        if found is not None and not found[1].done():
            found[1].set_result(text)
