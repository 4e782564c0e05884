"""Proof of a report: seal, signature, chain, and every verdict judged again from its raw bytes.

Where one byte was altered it is found and put back, so that it is told once and all the rest is
proved as it was signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.commissioning.evidence import HEAD, split
from app.commissioning.job import Job
from app.commissioning.proofs import Proof, note, proof
from app.commissioning.proving_places import Path, byte_text, field_text, path_at, time_text
from app.commissioning.replaying import ChainLink, chain, judgeable, recorded_profiles, replay
from app.commissioning.verifying_seal import Mended, changed_blocks, mended_body, signature, whole
from app.core.commissioning import Verdict
from app.settings import Texts

_BY_ATTEMPT = frozenset({Verdict.PASS, Verdict.MARGINAL, Verdict.FAIL})
"""Verdicts that only an attempt gives; the others are people's and the plan's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What a report holds; ``whole``: none of its attempts is missing."""

    document: Mapping[str, Any]
    attempts: Sequence[ChainLink]
    whole: bool = True
    altered: set[str] = field(default_factory=set)

    @staticmethod
    def of(document: Mapping[str, Any]) -> _Evidence:
        """The evidence that plain data holds.

        Raises:
            KeyError, TypeError, msgspec.ValidationError: it is none.
        """
        document["profiles"], document["job"]["id"]
        links = [ChainLink.of(row) for row in document["attempts"]]
        return _Evidence(document=document, attempts=links)


def verify(data: bytes, texts: Texts) -> list[Proof]:
    """Every proof of a report file, in order.

    Raises:
        UserFacing: it is no report at all.
    """
    body, sealed = split(data)
    sealed, proofs = signature(body, sealed, texts)
    mended = None if whole(body, sealed) else mended_body(body, sealed)
    read = body if mended is None else mended.body
    try:
        evidence = _Evidence.of(json.loads(read))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        place = getattr(error, "pos", getattr(error, "start", None))
        if place is None:
            readable = proof("readable", texts, good=False, reason=str(error))
        else:
            at = f"byte {len(HEAD) + place}"
            readable = proof("readable_to", texts, good=False, at=at, place=len(HEAD) + place)
        return [*proofs, *_bytes(body, sealed, mended, texts), readable]
    proofs += _bytes(body, sealed, mended, texts, evidence)
    proofs += _rest(evidence, sealed.get("head"), texts)
    return proofs


def verify_remains(
    document: Mapping[str, Any], facts: dict[str, Any], rest: Mapping[str, Any], texts: Texts
) -> list[Proof]:
    """What can still be proved of a signed job some of whose attempts are lost.

    Args:
        document: the job with the attempts that are left, as in a report's body.
        facts: its seal.
        rest: the kept job itself.
        texts: the language.
    """
    _, proofs = signature(b"", facts, texts, alone=True)
    links = [ChainLink.of(row) for row in document["attempts"]]
    evidence = _Evidence(document={**document, "job": rest}, attempts=links, whole=False)
    return [*proofs, *_judged(evidence, texts)]


def _rest(evidence: _Evidence, head: object, texts: Texts) -> list[Proof]:
    found, altered = chain(evidence.attempts, head, texts)
    evidence.altered.update(altered)
    return [*found, *_judged(evidence, texts)]


def _judged(evidence: _Evidence, texts: Texts) -> Iterator[Proof]:
    document = evidence.document
    profiles, problems = recorded_profiles(document["profiles"])
    for slot, why in problems:
        yield proof("profile", texts, good=False, at=slot, reason=why)
    wrong = {slot for slot, _ in problems}
    known = {slot: profile for slot, profile in profiles.items() if slot not in wrong}
    asset = str(document["job"].get("asset", ""))
    if wrong:
        yield note("unjudged", texts, slots=", ".join(sorted(wrong)))
    links = judgeable(evidence.attempts, wrong)
    yield from replay(links, known, asset, texts, evidence.altered)
    yield from _stated(evidence, texts)


def _stated(evidence: _Evidence, texts: Texts) -> Iterator[Proof]:
    """Whether what the report states of its checks and its job is what the attempts came to."""
    document = evidence.document
    try:
        job = Job.of(document["job"])
    except (TypeError, msgspec.ValidationError) as error:
        yield proof("stated", texts, good=False, at=str(error))
        return
    last = {link.attempt.check: link for link in evidence.attempts}
    wrong = []
    for check, state in job.states.items():
        link = last.get(check)
        if link is not None and link.name in evidence.altered:
            continue
        if not evidence.whole and (link is None or link.attempt.number != state.attempts):
            continue
        came = None if link is None else link.attempt.outcome.verdict
        if state.verdict in _BY_ATTEMPT and came is not state.verdict:
            wrong.append(check)
    if document.get("verdict") != job.verdict().value:
        wrong.append(str(document.get("verdict")))
    yield proof("stated", texts, good=not wrong, at=", ".join(wrong))


def _bytes(
    body: bytes,
    sealed: Mapping[str, Any],
    mended: Mended | None,
    texts: Texts,
    evidence: _Evidence | None = None,
) -> list[Proof]:
    """Whether every byte is as it was signed; else where not, and what follows."""
    if mended is not None:
        changed = (len(HEAD) + mended.at, body[mended.at], mended.was)
        path = path_at(mended.body, mended.at)
        where, path = _place(path, evidence, texts)
        byte, at = byte_text(changed, texts), byte_text(changed)
        change = texts.get("verify.change.field", field=field_text(path) or "-", byte=byte)
        found = proof("altered", texts, good=False, at=at, where=where, change=change)
        return [found, note("put_back", texts)]
    if whole(body, sealed):
        return [proof("bytes", texts, good=True)]
    by = len(body) - int(sealed.get("size") or 0)
    blocks = changed_blocks(body, sealed)
    first = len(HEAD) + blocks[0][0] if blocks else 0
    if by:
        key = "longer" if by > 0 else "shorter"
        return [proof(key, texts, good=False, at=f"byte {first}", place=first, count=abs(by))]
    at = ", ".join(f"{len(HEAD) + begin}-{len(HEAD) + end - 1}" for begin, end in blocks)
    return [proof("bytes", texts, good=False, at=at)]


def _place(path: Path, evidence: _Evidence | None, texts: Texts) -> tuple[str, Path]:
    """What part of a report a path leads into, and the rest of the path."""
    if evidence is not None and len(path) > 1 and path[0] == "attempts":
        link = evidence.attempts[int(path[1])]
        facts = {
            "row": link.number,
            "check": link.attempt.check,
            "number": link.attempt.number,
            "asset": evidence.document["job"].get("asset", ""),
            "time": time_text(link.attempt.started_ns),
        }
        return texts.get("verify.where.report_attempt", **facts), path[2:]
    if len(path) > 1 and path[0] == "profiles":
        return texts.get("verify.where.report_profile", slot=path[1]), path[2:]
    return texts.get("verify.where.report"), path
