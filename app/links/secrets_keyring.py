"""Secrets in the keyring of the system: Secret Service, Keychain, Credential Locker."""

from __future__ import annotations

import asyncio
import json

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from app.settings import Texts
from app.wording import mistake

SERVICE = "wayside"
_UNSAFE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Backends that keep nothing, or keep it in the clear."""


def usable_keyring() -> KeyringBackend | None:
    """The system's keyring; None where there is none, or only one that is not safe."""
    try:
        backend = keyring.get_keyring()
        chained = getattr(backend, "backends", [backend])
    except (KeyringError, RuntimeError):
        return None
    return next((one for one in chained if not type(one).__module__.startswith(_UNSAFE)), None)


class KeyringSecrets:
    """Implements Secrets (secrets.py): one entry a link, its fields as JSON inside."""

    kind = "keyring"

    def __init__(self, backend: KeyringBackend, texts: Texts) -> None:
        self._backend = backend
        self._texts = texts
        self._turn = asyncio.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._backend.name})"

    async def get(self, link: str, field: str) -> str:
        """The secret of a link's field, empty where none is kept."""
        async with self._turn:
            return (await asyncio.to_thread(self._load, link)).get(field, "")

    async def set(self, link: str, field: str, value: str) -> None:
        """Keep a secret; an empty value removes it."""
        async with self._turn:
            await asyncio.to_thread(self._change, link, field, value)

    async def forget(self, link: str) -> None:
        """Remove every secret of a link."""
        async with self._turn:
            await asyncio.to_thread(self._store, link, {})

    def _change(self, link: str, field: str, value: str) -> None:
        kept = self._load(link)
        if value:
            kept[field] = value
        else:
            kept.pop(field, None)
        self._store(link, kept)

    def _load(self, link: str) -> dict[str, str]:
        try:
            text = self._backend.get_password(SERVICE, link)
        except KeyringError:
            raise mistake(self._texts, "links.secrets.locked") from None
        try:
            found = json.loads(text) if text else {}
        except ValueError:
            return {}  # somebody else's entry of this name; it is not ours to show
        return found if isinstance(found, dict) else {}

    def _store(self, link: str, kept: dict[str, str]) -> None:
        try:
            if kept:
                self._backend.set_password(SERVICE, link, json.dumps(kept))
            elif self._backend.get_password(SERVICE, link) is not None:
                self._backend.delete_password(SERVICE, link)
        except KeyringError:
            raise mistake(self._texts, "links.secrets.locked") from None
