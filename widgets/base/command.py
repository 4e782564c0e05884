"""A command: what a button, a shortcut, a menu and the palette all run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing the program can do; ``page`` is the page it belongs to, empty for all pages.

    The palette runs ``run`` after it went to the page.
    """

    id: str
    title: str
    run: Callable[[], None]
    shortcut: str = ""
    page: str = ""
