"""One thing that was proved, or was not, in the words of ``verify``."""

from __future__ import annotations

from dataclasses import dataclass

from app.settings import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One thing that was proved, or was not; ``at`` names the byte, row or check.

    ``said_only``: it proves nothing by itself; it says what follows from the line before, or what
    is not proved.
    """

    id: str
    good: bool
    text: str
    at: str = ""
    said_only: bool = False


def proof(key: str, texts: Texts, *, good: bool, at: str = "", **values: object) -> Proof:
    """A proof with its text in the language of the texts."""
    name = "good" if good else "bad"
    text = texts.get(f"verify.{key}.{name}", at=at, **values)
    return Proof(id=key, good=good, text=text, at=at)


def note(key: str, texts: Texts, **values: object) -> Proof:
    """What follows from the line before, or what is not proved."""
    return Proof(id=key, good=True, text=texts.get(f"verify.{key}.note", **values), said_only=True)
