"""Errors with their texts from ``resources/i18n``: what was seen, the cause, the next action.

Who has the user's Texts at hand raises ``worded`` errors. Who lies too deep to have them raises
``told`` ones, and an edge above says those in the user's language (``reworded``, ``said_in``).
"""

from __future__ import annotations

import difflib
import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from app.core.errors import ProfileError, UserFacing, WaysideError
from app.settings import Texts, Words

E = TypeVar("E", bound=WaysideError)


def worded(kind: type[E], texts: Texts, key: str, /, **values: object) -> E:
    """An error of this kind from the text table ``key``, which has seen, cause and action.

    A table may lack cause or action; they are empty then. For errors without extra arguments.
    """
    error = kind(
        texts.get(f"{key}.seen", **values),
        cause=optional(texts, f"{key}.cause", **values),
        action=optional(texts, f"{key}.action", **values),
    )
    error.text_key, error.text_values = key, values
    return error


def told(kind: type[E], key: str, /, **values: object) -> E:
    """The same in English, for an edge to reword."""
    return worded(kind, Texts(), key, **values)


def reworded(error: E, texts: Texts) -> E:
    """The error itself, in the language of the texts; as it is where it has no key."""
    if error.text_key:
        error.say(
            texts.get(f"{error.text_key}.seen", **error.text_values),
            cause=optional(texts, f"{error.text_key}.cause", **error.text_values),
            action=optional(texts, f"{error.text_key}.action", **error.text_values),
        )
    return error


@contextmanager
def said_in(texts: Texts) -> Iterator[None]:
    """Errors that pass are reworded on their way up."""
    try:
        yield
    except WaysideError as error:
        reworded(error, texts)
        raise


def mistake(texts: Texts, key: str, /, **values: object) -> UserFacing:
    """A mistake in what the user gave, worded from the text table ``key``."""
    return worded(UserFacing, texts, key, **values)


def optional(texts: Texts, key: str, /, **values: object) -> str:
    """The text of a key, or nothing where no language has it."""
    text = texts.get(key)
    return "" if text == key else texts.get(key, **values)


def words_of(error: WaysideError) -> Words | str:
    """What the error has seen, to be said in any language; a data file's mistake with its place."""
    if not error.text_key:
        return error.seen
    words = Words(f"{error.text_key}.seen", error.text_values)
    if isinstance(error, ProfileError):
        return Words("files.at", {"place": error.place, "mistake": words})
    return words


def said(text: Words | str, texts: Texts) -> str:
    """Words in the language of the texts; a string is as it is."""
    return text.said(texts) if isinstance(text, Words) else text


def os_reason(error: OSError) -> Words | str:
    """What the system says about an error, without Python's own decoration."""
    number = error.errno or 0
    key = f"files.system.{errno.errorcode.get(number, '')}"
    if Texts().get(key) != key:
        return Words(key)
    return os.strerror(number) if number > 0 else error.strerror or str(error)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like the one given, empty where none is alike."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.55)
    return found[0] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> Words | str:
    """What follows a mistake in a data file that names something unknown; empty for no idea."""
    near = nearest(name, known)
    return Words("files.near", {"near": near}) if near else ""
