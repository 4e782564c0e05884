"""Errors with their texts from ``resources/i18n``: what was seen, the cause, the next action."""

from __future__ import annotations

from typing import TypeVar

from app.core.errors import UserFacing, WaysideError
from app.settings import Texts

E = TypeVar("E", bound=WaysideError)


def worded(kind: type[E], texts: Texts, key: str, **values: object) -> E:
    """An error of this kind from the text table ``key``, which has seen, cause and action.

    A table may lack cause or action; they are empty then. For errors without extra arguments.
    """
    return kind(
        texts.get(f"{key}.seen", **values),
        cause=optional(texts, f"{key}.cause", **values),
        action=optional(texts, f"{key}.action", **values),
    )


def mistake(texts: Texts, key: str, **values: object) -> UserFacing:
    """A mistake in what the user gave, worded from the text table ``key``."""
    return worded(UserFacing, texts, key, **values)


def optional(texts: Texts, key: str, **values: object) -> str:
    """The text of a key, or nothing where no language has it."""
    text = texts.get(key)
    return "" if text == key else text.format(**values)
