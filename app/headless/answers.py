"""Answers to a job's questions without a person at hand: from a file, or by a simulator's eyes."""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from app.commissioning.checks.base import Question, QuestionKind
from app.core.errors import UserFacing
from app.profiles.mistakes import not_toml
from app.settings import Words
from app.wording import os_reason, told

Answerer = Callable[[Question], Awaitable[str]]
EYES = "eyes:"
LOOK_S = 5.0


def answerer(given: str, asset: str) -> Answerer:
    """Who answers: ``eyes:HOST:PORT``, a TOML file by check id, or nobody (empty).

    Raises:
        UserFacing: the file cannot be read or is no TOML.
    """
    if given.startswith(EYES):
        return _Eyes(given.removeprefix(EYES), asset).answer
    return _File(Path(given) if given else None).answer


async def must_answer(given: str, asset: str) -> None:
    """Look once through eyes that were given: a job without anybody to ask is not begun.

    Raises:
        UserFacing: nobody is there, or they do not see the asset.
    """
    if given.startswith(EYES):
        await _Eyes(given.removeprefix(EYES), asset).look()


class _File:
    """Answers by check: ``right_head = "lamp1"``, or ``"right_head/lamp2" = "lamp2"``."""

    def __init__(self, path: Path | None) -> None:
        self._answers: dict[str, Any] = {}
        if path is None:
            return
        text = ""
        try:
            text = path.read_text("utf-8")
            self._answers = tomllib.loads(text)
        except OSError as error:
            raise _unreadable(path, os_reason(error)) from error
        except UnicodeDecodeError as error:
            raise _unreadable(path, Words("files.encoding.seen")) from error
        except (ValueError, RecursionError) as error:
            raise _unreadable(path, not_toml(error, text)) from error

    async def answer(self, question: Question) -> str:
        """The answer of the file, empty where it has none: an unanswered question never passes."""
        found = self._answers.get(question.check, self._answers.get(question.base, ""))
        if isinstance(found, dict):
            return json.dumps(found)
        if isinstance(found, bool):
            return "yes" if found else "no"
        return str(found)


class _Eyes:
    """Asks the simulator what a person standing there would see."""

    def __init__(self, address: str, asset: str) -> None:
        self._host, _, self._port = address.rpartition(":")
        self._asset = asset
        if not self._host or not self._port.isdecimal():
            raise told(UserFacing, "jobs.eyes_address", address=address)

    async def answer(self, question: Question) -> str:
        """Look where the question says, and answer as a person would."""
        seen = await self.look()
        if question.kind is QuestionKind.VALUES:
            fields = question.fields
            return json.dumps({name: seen[name] for name in fields if name in seen})
        found = _find(seen, question.eyes)
        if question.kind is QuestionKind.YES_NO:
            return "yes" if found and all(found.values()) else "no"
        if question.kind is QuestionKind.CHOICE:
            return ",".join(name for name, value in found.items() if value) or "none"
        return str(next(iter(found.values()), ""))

    async def look(self) -> dict[str, Any]:
        """Everything to be seen of the asset."""
        try:
            async with asyncio.timeout(LOOK_S):
                reader, writer = await asyncio.open_connection(self._host, int(self._port))
                try:
                    writer.write(json.dumps({"look": self._asset}).encode() + b"\n")
                    found = json.loads(await reader.readline())
                finally:
                    writer.close()
        except (OSError, TimeoutError, ValueError) as error:
            address = f"{self._host}:{self._port}"
            raise told(UserFacing, "jobs.eyes_silent", address=address, error=error) from error
        if not isinstance(found, dict) or "error" in found:
            raise told(UserFacing, "jobs.eyes_blind", asset=self._asset)
        return found


def _unreadable(path: Path, reason: Words | str) -> UserFacing:
    return told(UserFacing, "jobs.answers_file", file=path, error=reason)


def _find(seen: dict[str, Any], path: str) -> dict[str, Any]:
    """What lies at a path such as ``lamps.*.lit``, by the name at the star."""
    found: dict[str, Any] = {"": seen}
    for part in path.split("."):
        step: dict[str, Any] = {}
        for name, value in found.items():
            if not isinstance(value, dict):
                continue
            if part == "*":
                step.update(value)
            elif part in value:
                step[name or part] = value[part]
        found = step
    return found
