"""Secrets in one encrypted file, where the system has no keyring.

The key is made from a passphrase with scrypt (RFC 7914); the content is sealed with AES-256-GCM,
the header included, so that a changed byte anywhere is noticed. The passphrase is asked for and
never kept: a file that opens itself would be a plain one.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from app.settings import Texts
from app.wording import mistake, os_reason

Ask = Callable[[], Awaitable[str]]
"""Asks for the passphrase; an empty answer means that the user declined."""

_COST = {"n": 2**15, "r": 8, "p": 1}  # 32 MiB and about 0.1 s: OWASP's figure for scrypt
_Kept = dict[str, dict[str, str]]


class FileSecrets:
    """Implements Secrets (secrets.py) over a file of mode 0600."""

    kind = "file"

    def __init__(self, file: Path, ask: Ask, texts: Texts) -> None:
        self._file = file
        self._ask = ask
        self._texts = texts
        self._turn = asyncio.Lock()
        self._salt = b""
        self._key = b""
        self._kept: _Kept | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._file})"

    async def get(self, link: str, field: str) -> str:
        """The secret of a link's field, empty where none is kept; asks only where a file is."""
        if not self._file.exists():
            return ""
        async with self._turn:
            return (await self._open()).get(link, {}).get(field, "")

    async def set(self, link: str, field: str, value: str) -> None:
        """Keep a secret; an empty value removes it."""
        async with self._turn:
            kept = await self._open()
            mine = {**kept.get(link, {}), field: value}
            mine = {name: text for name, text in mine.items() if text}
            await self._save({**kept, link: mine})

    async def forget(self, link: str) -> None:
        """Remove every secret of a link."""
        if not self._file.exists():
            return
        async with self._turn:
            kept = await self._open()
            await self._save({name: fields for name, fields in kept.items() if name != link})

    async def _open(self) -> _Kept:
        tried = ""
        while self._kept is None:
            passphrase = await self._ask()
            # A person may try again; what gives the same answer twice has no other.
            if not passphrase or passphrase == tried:
                key = "wrong_passphrase" if tried else "no_passphrase"
                raise mistake(self._texts, f"links.secrets.{key}", file=self._file)
            tried = passphrase
            self._kept = await asyncio.to_thread(self._read, passphrase)
        return self._kept

    async def _save(self, kept: _Kept) -> None:
        await asyncio.to_thread(self._write, kept)
        self._kept = kept

    def _read(self, passphrase: str) -> _Kept | None:
        """What the file holds; None where the passphrase does not open it."""
        if not self._file.exists():
            self._salt = os.urandom(16)
            self._key = _derive(passphrase, self._salt)
            return {}
        try:
            sealed = json.loads(self._file.read_text("utf-8"))
            salt, nonce, data = (
                base64.b64decode(sealed[name], validate=True) for name in ("salt", "nonce", "data")
            )
        except (OSError, ValueError, KeyError, TypeError):
            raise mistake(self._texts, "links.secrets.damaged", file=self._file) from None
        key = _derive(passphrase, salt)
        try:
            kept = json.loads(AESGCM(key).decrypt(nonce, data, salt))
        except (InvalidTag, ValueError):
            return None
        self._salt, self._key = salt, key
        return dict(kept)

    def _write(self, kept: _Kept) -> None:
        nonce = os.urandom(12)
        data = AESGCM(self._key).encrypt(nonce, json.dumps(kept).encode(), self._salt)
        parts = {"salt": self._salt, "nonce": nonce, "data": data}
        text = json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()})
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            _replace(self._file, text)
        except OSError as error:
            raise mistake(
                self._texts, "links.secrets.not_written", file=self._file, reason=os_reason(error)
            ) from None


def _derive(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, **_COST).derive(passphrase.encode())


def _replace(file: Path, text: str) -> None:
    """Write beside, sync, rename: a power cut leaves the old file or the new one, whole."""
    fresh = file.with_name(file.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
