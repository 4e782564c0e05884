"""Proof of a report: seal, signature, chain, and every verdict judged again from its raw bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from app.commissioning.evidence import HEAD, split
from app.commissioning.job import Job
from app.commissioning.proofs import Proof, proof
from app.commissioning.replaying import ChainLink, chain, recorded_profiles, replay
from app.commissioning.signing import fingerprint, is_signed
from app.core.commissioning import Verdict
from app.settings import Texts
from app.store.records_rows import canonical

_BY_ATTEMPT = frozenset({Verdict.PASS, Verdict.MARGINAL, Verdict.FAIL})
"""Verdicts that only an attempt gives; the others are people's and the plan's."""
_NAMED = 5
"""Changed blocks that are named; whoever changed more is known by then."""


def verify(data: bytes, texts: Texts) -> list[Proof]:
    """Every proof of a report file, in order.

    Raises:
        UserFacing: it is no report at all.
    """
    body, sealed = split(data)
    proofs = list(_seal(body, sealed, texts))
    try:
        document = json.loads(body)
        attempts = [ChainLink.of(row) for row in document["attempts"]]
        texts_by_slot = document["profiles"]
    except (ValueError, KeyError, TypeError, RecursionError, msgspec.ValidationError) as error:
        place = getattr(error, "pos", None)
        at = f"byte {len(HEAD) + place}" if place is not None else ""
        proofs.append(proof("readable", texts, good=False, at=at, reason=str(error)))
        return proofs
    proofs.extend(chain(attempts, sealed.get("head"), texts))
    profiles, problems = recorded_profiles(texts_by_slot)
    proofs.extend(
        proof("profile", texts, good=False, at=slot, reason=why) for slot, why in problems
    )
    proofs.extend(replay(attempts, profiles, str(document["job"].get("asset", "")), texts))
    proofs.extend(_stated(document, attempts, texts))
    return proofs


def _stated(document: dict[str, Any], attempts: list[ChainLink], texts: Texts) -> Iterator[Proof]:
    """Whether what the report states of its checks and its job is what the attempts came to."""
    try:
        job = Job.of(document["job"])
    except (TypeError, msgspec.ValidationError) as error:
        yield proof("stated", texts, good=False, at=str(error))
        return
    last = {link.attempt.check: link.attempt.outcome.verdict for link in attempts}
    wrong = [
        check
        for check, state in job.states.items()
        if state.verdict in _BY_ATTEMPT and last.get(check) is not state.verdict
    ]
    if document.get("verdict") != job.verdict().value:
        wrong.append(str(document.get("verdict")))
    yield proof("stated", texts, good=not wrong, at=", ".join(wrong))


def _seal(body: bytes, sealed: dict[str, Any], texts: Texts) -> Iterator[Proof]:
    facts = {name: value for name, value in sealed.items() if name != "signature"}
    signed = is_signed(
        str(sealed.get("public_key", "")), canonical(facts), str(sealed.get("signature", ""))
    )
    told = {
        "signer": str(sealed.get("signer", "")),
        "fingerprint": fingerprint(str(sealed.get("public_key", ""))),
    }
    kept = "signature" if sealed.get("key_kept") else "signature_once"
    yield proof(kept if signed else "signature", texts, good=signed, **told)
    whole = hashlib.sha256(body).hexdigest() == sealed.get("sha256")
    at = "" if whole else _where(body, sealed)
    yield proof("bytes", texts, good=whole, at=at)


def _where(body: bytes, sealed: dict[str, Any]) -> str:
    """Names the byte that was changed, or the block where it is more than one."""
    size, blocks = sealed.get("block"), sealed.get("blocks")
    if not isinstance(size, int) or size < 1 or not isinstance(blocks, list):
        return ""
    if len(body) != sealed.get("size"):
        return f"{len(body) - int(sealed.get('size', 0)):+d} bytes"
    found: list[str] = []
    for number, expected in enumerate(blocks):
        if len(found) == _NAMED:
            break
        block = body[number * size : (number + 1) * size]
        if hashlib.sha256(block).hexdigest() != expected:
            first = len(HEAD) + number * size
            byte = _changed(block, expected)
            found.append(
                f"bytes {first}-{first + len(block) - 1}"
                if byte is None
                else f"byte {first + byte[0]} (0x{block[byte[0]]:02x}, was 0x{byte[1]:02x})"
            )
    return "; ".join(found)


def _changed(block: bytes, expected: str) -> tuple[int, int] | None:
    """Which one byte, put back, gives the block its hash again; None where no single one does."""
    trial = bytearray(block)
    for place, own in enumerate(block):
        for value in range(256):
            if value != own:
                trial[place] = value
                if hashlib.sha256(trial).hexdigest() == expected:
                    return place, value
        trial[place] = own
    return None
