"""The seal of a report: whose signature it is, and which byte was altered after it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.commissioning.evidence import BLOCK
from app.commissioning.proofs import Proof, note, proof
from app.commissioning.signing import fingerprint, is_signed
from app.settings import Texts
from app.store.records_rows import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A body with the one altered byte put back: which it is, and what it was."""

    body: bytes
    at: int
    was: int


def signature(
    body: bytes, sealed: dict[str, Any], texts: Texts, *, alone: bool = False
) -> tuple[dict[str, Any], list[Proof]]:
    """The seal and its proofs; one fact of it that was altered is put back by what the body says.

    ``alone``: there is no body to compare with.
    """
    if _signed(sealed):
        return sealed, [_signer(sealed, texts, good=True)]
    for name, value in () if alone else _facts(body):
        trial = {**sealed, name: value}
        if name in sealed and _signed(trial):
            where = texts.get("verify.where.seal")
            change = texts.get("verify.change.fact", field=name)
            wrong = proof("altered", texts, good=False, at=name, where=where, change=change)
            return trial, [wrong, note("put_back", texts), _signer(trial, texts, good=True)]
    return sealed, [_signer(sealed, texts, good=False)]


def _signed(sealed: Mapping[str, Any]) -> bool:
    facts = {name: value for name, value in sealed.items() if name != "signature"}
    key, said = str(sealed.get("public_key", "")), str(sealed.get("signature", ""))
    return is_signed(key, canonical(facts), said)


def _signer(sealed: Mapping[str, Any], texts: Texts, *, good: bool) -> Proof:
    told = {
        "signer": str(sealed.get("signer", "")),
        "fingerprint": fingerprint(str(sealed.get("public_key", ""))),
    }
    kept = sealed.get("key_kept") or not good
    return proof("signature" if kept else "signature_once", texts, good=good, **told)


def _facts(body: bytes) -> Iterator[tuple[str, Any]]:
    """What the seal of this body says of it."""
    yield "sha256", hashlib.sha256(body).hexdigest()
    yield "size", len(body)
    yield "block", BLOCK
    blocks = (body[at : at + BLOCK] for at in range(0, len(body), BLOCK))
    yield "blocks", [hashlib.sha256(block).hexdigest() for block in blocks]
    yield "algorithm", "Ed25519"
    yield "key_kept", True
    yield "key_kept", False
    try:
        document = json.loads(body)
        job, last = document["job"], document["attempts"][-1]
        yield "head", {"number": len(document["attempts"]), "hash": last["hash"]}
        yield "signer", job["operator"]
        yield "role", job["role"]
        yield "signed_ns", job["signed_ns"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return


def whole(body: bytes, sealed: Mapping[str, Any]) -> bool:
    """Whether the body is the one that was signed."""
    return hashlib.sha256(body).hexdigest() == sealed.get("sha256")


def changed_blocks(body: bytes, sealed: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Where the blocks begin and end that are not as they were signed; neighbours are one."""
    size, blocks = sealed.get("block"), sealed.get("blocks")
    if not isinstance(size, int) or size < 1 or not isinstance(blocks, list):
        return []
    found: list[tuple[int, int]] = []
    for number, expected in enumerate(blocks):
        begin, end = number * size, min((number + 1) * size, len(body))
        if hashlib.sha256(body[begin:end]).hexdigest() != expected:
            if found and found[-1][1] == begin:
                begin = found.pop()[0]
            found.append((begin, max(begin, end)))
    return found


def mended_body(body: bytes, sealed: Mapping[str, Any]) -> Mended | None:
    """The body that was signed, where it differs in one byte; else None."""
    blocks = changed_blocks(body, sealed)
    size = sealed.get("block")
    if len(body) != sealed.get("size") or len(blocks) != 1:
        return None
    begin, end = blocks[0]
    if end - begin > int(size or 0):
        return None
    trial, expected = bytearray(body[begin:end]), sealed["blocks"][begin // int(size or 1)]
    for place, own in enumerate(body[begin:end]):
        for value in range(256):
            trial[place] = value
            if value != own and hashlib.sha256(trial).hexdigest() == expected:
                mended = body[:begin] + bytes(trial) + body[end:]
                at = begin + place
                return Mended(body=mended, at=at, was=value) if whole(mended, sealed) else None
        trial[place] = own
    return None
