"""Secrets by reference, link name and field; the value is nowhere but in its store.

A secret is never in a URL, a params field, a log, an error or a repr. ``open_secrets`` (in
secrets_open.py) picks the system keyring, or an encrypted file where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Secrets(Protocol):
    """Where secrets are kept. Every call may block on a disk or a dialog, so all are async."""

    @property
    def kind(self) -> str:
        """The last part of the text key that names this store: keyring, file, memory or none."""

    async def get(self, link: str, field: str) -> str:
        """The secret of a link's field, empty where none is kept.

        Raises:
            UserFacing: the store is locked or damaged; says what to do.
        """

    async def set(self, link: str, field: str, value: str) -> None:
        """Keep a secret; an empty value removes it.

        Raises:
            UserFacing: the store cannot keep it.
        """

    async def forget(self, link: str) -> None:
        """Remove every secret of a link."""


class NoSecrets:
    """No secret at all, for links that need none."""

    kind = "none"

    async def get(self, link: str, field: str) -> str:
        """Always nothing."""
        del link, field
        return ""

    async def set(self, link: str, field: str, value: str) -> None:
        """Drop the value."""

    async def forget(self, link: str) -> None:
        """Nothing to forget."""


class MemorySecrets:
    """Secrets for this run only: given on a prompt, or of a form that is not saved yet."""

    kind = "memory"

    def __init__(self, values: Mapping[tuple[str, str], str] | None = None) -> None:
        self._values = dict(values or {})

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._values)} kept)"

    async def get(self, link: str, field: str) -> str:
        """The secret of a link's field, empty where none is kept."""
        return self._values.get((link, field), "")

    async def set(self, link: str, field: str, value: str) -> None:
        """Keep a secret until the program ends; an empty value removes it."""
        if value:
            self._values[link, field] = value
        else:
            self._values.pop((link, field), None)

    async def forget(self, link: str) -> None:
        """Remove every secret of a link."""
        self._values = {key: value for key, value in self._values.items() if key[0] != link}
