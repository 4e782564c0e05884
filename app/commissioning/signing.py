"""The operator's Ed25519 key, kept where secrets are kept, and signatures with it (RFC 8032)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.core.errors import UserFacing
from app.links.secrets import Secrets

FIELD = "ed25519"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorKey:
    """A key to sign with; ``kept`` is false for one that was made for this run only."""

    key: Ed25519PrivateKey
    kept: bool

    @property
    def public(self) -> str:
        """The public key, hexadecimal."""
        raw = self.key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        return raw.hex()

    def sign(self, data: bytes) -> str:
        """The signature of some bytes, hexadecimal."""
        return self.key.sign(data).hex()


async def operator_key(operator: str, secrets: Secrets) -> OperatorKey:
    """The operator's key, made and kept at the first call.

    Where nothing can be kept (no keyring, and nobody gave a passphrase) the key serves this run
    only, and the report says so.
    """
    name = f"operator {operator}"
    try:
        kept = await secrets.get(name, FIELD)
        if kept:
            return OperatorKey(
                key=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept)), kept=True
            )
        key = Ed25519PrivateKey.generate()
        raw = key.private_bytes(
            serialization.Encoding.Raw,
            serialization.PrivateFormat.Raw,
            serialization.NoEncryption(),
        )
        await secrets.set(name, FIELD, raw.hex())
        stays = await secrets.get(name, FIELD) == raw.hex()
        return OperatorKey(key=key, kept=stays and secrets.kind != "memory")
    except UserFacing:
        return OperatorKey(key=Ed25519PrivateKey.generate(), kept=False)


def fingerprint(public: str) -> str:
    """The SHA-256 of a public key in groups of four, as people compare them."""
    try:
        digest = hashlib.sha256(bytes.fromhex(public)).hexdigest()
    except ValueError:
        return "–"
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def is_signed(public: str, data: bytes, signature: str) -> bool:
    """Whether a signature is of these bytes and that key; anything malformed is not."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
