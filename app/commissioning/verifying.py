"""Proof of a report: seal, signature, chain, and every verdict judged again from its raw bytes."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from app.commissioning.evidence import HEAD, split
from app.commissioning.frames import Trace
from app.commissioning.judging import judge
from app.commissioning.planning import PlannedCheck
from app.commissioning.signing import is_signed
from app.commissioning.wording import outcome_of
from app.core.commissioning import Attempt, Frame
from app.core.errors import ProfileError, UserFacing
from app.core.profiles import DeviceProfile
from app.profiles.loader import load_profile
from app.settings import Texts
from app.store.records_rows import NO_HASH, canonical, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One thing that was proved, or was not; ``at`` names the byte, row or check."""

    id: str
    good: bool
    text: str
    at: str = ""


def verify(data: bytes, texts: Texts) -> list[Proof]:
    """Every proof of a report file, in order.

    Raises:
        UserFacing: it is no report at all.
    """
    body, sealed = split(data)
    proofs = list(_seal(body, sealed, texts))
    try:
        document = json.loads(body)
        attempts = [_Link.of(row) for row in document["attempts"]]
        texts_by_slot = document["profiles"]
    except (ValueError, KeyError, TypeError, RecursionError, msgspec.ValidationError) as error:
        place = getattr(error, "pos", None)
        at = f"byte {len(HEAD) + place}" if place is not None else ""
        proofs.append(_proof("readable", texts, good=False, at=at, reason=str(error)))
        return proofs
    proofs.extend(_chain(attempts, sealed, texts))
    profiles, problems = _profiles(texts_by_slot)
    proofs.extend(
        _proof("profile", texts, good=False, at=slot, reason=why) for slot, why in problems
    )
    proofs.extend(_replay(attempts, profiles, str(document["job"].get("asset", "")), texts))
    return proofs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    attempt: Attempt
    plain: dict[str, Any]
    number: int
    previous_hash: str
    hash: str

    @staticmethod
    def of(row: dict[str, Any]) -> _Link:
        return _Link(
            attempt=msgspec.convert(row["attempt"], Attempt),
            plain=row["attempt"],
            number=row["number"],
            previous_hash=row["previous_hash"],
            hash=row["hash"],
        )

    @property
    def name(self) -> str:
        return f"{self.attempt.check} #{self.attempt.number}"


def _seal(body: bytes, sealed: dict[str, Any], texts: Texts) -> Iterator[Proof]:
    facts = {name: value for name, value in sealed.items() if name != "signature"}
    signed = is_signed(
        str(sealed.get("public_key", "")), canonical(facts), str(sealed.get("signature", ""))
    )
    signer = str(sealed.get("signer", ""))
    kept = "signature" if sealed.get("key_kept") else "signature_once"
    yield _proof(kept if signed else "signature", texts, good=signed, signer=signer)
    whole = hashlib.sha256(body).hexdigest() == sealed.get("sha256")
    at = "" if whole else _where(body, sealed)
    yield _proof("bytes", texts, good=whole, at=at)


def _where(body: bytes, sealed: dict[str, Any]) -> str:
    """Names the byte that was changed, or the block where it is more than one."""
    size, blocks = sealed.get("block"), sealed.get("blocks")
    if not isinstance(size, int) or size < 1 or not isinstance(blocks, list):
        return ""
    if len(body) != sealed.get("size"):
        return f"{len(body) - int(sealed.get('size', 0)):+d} bytes"
    found: list[str] = []
    for number, expected in enumerate(blocks):
        block = body[number * size : (number + 1) * size]
        if hashlib.sha256(block).hexdigest() != expected:
            first = len(HEAD) + number * size
            byte = _changed(block, expected)
            found.append(
                f"bytes {first}-{first + len(block) - 1}"
                if byte is None
                else f"byte {first + byte[0]} (0x{block[byte[0]]:02x}, was 0x{byte[1]:02x})"
            )
    return "; ".join(found[:5])


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


def _chain(links: list[_Link], sealed: dict[str, Any], texts: Texts) -> Iterator[Proof]:
    previous, good = NO_HASH, True
    for number, link in enumerate(links, 1):
        document = canonical(
            {"attempt": link.plain, "number": link.number, "previous_hash": link.previous_hash}
        )
        if link.number != number or link.previous_hash != previous or digest(document) != link.hash:
            good = False
            yield _proof("row", texts, good=False, at=f"row {number}: {link.name}")
        previous = link.hash
    head = sealed.get("head")
    at_end = isinstance(head, dict) and (
        not links or (head.get("hash") == previous and head.get("number") == len(links))
    )
    if not at_end:
        good = False
        yield _proof("head", texts, good=False, at=f"row {len(links)}")
    if good:
        yield _proof("chain", texts, good=True, count=len(links))


def _profiles(
    recorded: dict[str, Any],
) -> tuple[dict[str, DeviceProfile], list[tuple[str, str]]]:
    """The profiles as they were recorded, by slot, and what is wrong with those that are not."""
    found: dict[str, DeviceProfile] = {}
    problems: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for slot, entry in recorded.items():
            path = Path(folder) / f"{Path(str(entry['id'])).name}.toml"
            path.write_bytes(str(entry["text"]).encode("utf-8"))
            try:
                profile = load_profile(path)
            except ProfileError as error:
                problems.append((slot, error.seen))
                continue
            if profile.sha256 != entry["sha256"]:
                problems.append((slot, "SHA-256"))
            found[slot] = profile
    return found, problems


def _replay(
    links: list[_Link], profiles: dict[str, DeviceProfile], asset: str, texts: Texts
) -> Iterator[Proof]:
    frames = {(link.attempt.check, link.attempt.number): link for link in links}
    good = 0
    for link in links:
        attempt = link.attempt
        try:
            check = PlannedCheck.of(
                {name: value for name, value in attempt.spec.items() if name != "frames_of"}
            )
            trace = Trace(_frames(link, frames), profiles, answer=attempt.answer, asset=asset)
        except (msgspec.ValidationError, KeyError, UserFacing) as error:
            yield _proof("replay", texts, good=False, at=link.name, reason=str(error))
            continue
        slot = check.slot or next(iter(check.slots), "")
        if slot in profiles and profiles[slot].sha256 != attempt.profile_sha256:
            yield _proof("profile", texts, good=False, at=link.name, reason="SHA-256")
        again = outcome_of(check, judge(check, trace))
        recorded = attempt.outcome
        if (again.verdict, again.measured) != (recorded.verdict, recorded.measured):
            reason = (
                f"{recorded.verdict.value} {recorded.measured} -> "
                f"{again.verdict.value} {again.measured}"
            )
            yield _proof("replay", texts, good=False, at=link.name, reason=reason)
            continue
        good += 1
    if good == len(links):
        yield _proof("replayed", texts, good=True, count=good)


def _frames(link: _Link, links: dict[tuple[str, int], _Link]) -> tuple[Frame, ...]:
    source = link.attempt.spec.get("frames_of")
    if not source:
        return link.attempt.outcome.frames
    return links[source["check"], source["number"]].attempt.outcome.frames


def _proof(key: str, texts: Texts, *, good: bool, at: str = "", **values: object) -> Proof:
    name = "good" if good else "bad"
    text = texts.get(f"commissioning.verify.{key}.{name}", at=at, **values)
    return Proof(id=key, good=good, text=text, at=at)
