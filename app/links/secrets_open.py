"""Which store of secrets this machine uses."""

from __future__ import annotations

import os
from pathlib import Path

from app.links.secrets import Secrets
from app.links.secrets_file import Ask, FileSecrets
from app.links.secrets_keyring import KeyringSecrets, usable_keyring
from app.settings import Texts

SECRETS_FILE = "secrets.json"
PASSPHRASE_FILE = "WAYSIDE_PASSPHRASE_FILE"  # noqa: S105  # a name, no passphrase
"""Names a file that holds the passphrase, for a recorder that nobody sits at: a systemd
credential, or a mounted secret."""


def open_secrets(folder: Path, *, texts: Texts, ask: Ask | None = None) -> Secrets:
    """The system's keyring, or the encrypted file ``secrets.json`` in the folder.

    ``ask`` asks a person for the file's passphrase, when it is needed first. Without it, and
    without the variable WAYSIDE_PASSPHRASE_FILE, reading a kept secret raises UserFacing.
    Starting a keyring may take 0.1 s: call it in a thread where that matters.
    """
    backend = usable_keyring()
    if backend is not None:
        return KeyringSecrets(backend, texts)
    named = os.environ.get(PASSPHRASE_FILE)
    return FileSecrets(
        folder / SECRETS_FILE, _from_file(Path(named)) if named else ask or _nobody, texts
    )


def _from_file(file: Path) -> Ask:
    async def ask() -> str:
        try:
            return file.read_text("utf-8").strip()  # noqa: ASYNC240  # some bytes, once
        except OSError:
            return ""

    return ask


async def _nobody() -> str:
    return ""
