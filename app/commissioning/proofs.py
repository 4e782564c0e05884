"""One thing that was proved, or was not, in the words of ``commissioning.verify``."""

from __future__ import annotations

from dataclasses import dataclass

from app.settings import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One thing that was proved, or was not; ``at`` names the byte, row or check."""

    id: str
    good: bool
    text: str
    at: str = ""


def proof(key: str, texts: Texts, *, good: bool, at: str = "", **values: object) -> Proof:
    """A proof with its text in the language of the texts."""
    name = "good" if good else "bad"
    text = texts.get(f"commissioning.verify.{key}.{name}", at=at, **values)
    return Proof(id=key, good=good, text=text, at=at)
