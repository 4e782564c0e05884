"""Attempts proved by themselves: their chain, and every verdict judged again from its raw bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from app.commissioning.frames import Trace
from app.commissioning.judging import judge
from app.commissioning.planning import PlannedCheck
from app.commissioning.proofs import Proof, proof
from app.commissioning.wording import outcome_of
from app.core.commissioning import Attempt, Frame
from app.core.errors import ProfileError, UserFacing
from app.core.profiles import DeviceProfile
from app.profiles.loader import load_profile
from app.settings import Texts
from app.store.records_rows import NO_HASH, canonical, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One attempt in its chain; ``plain`` is what its hash is of."""

    attempt: Attempt
    plain: dict[str, Any]
    number: int
    previous_hash: str
    hash: str

    @staticmethod
    def of(row: Mapping[str, Any]) -> ChainLink:
        """The link that plain data holds.

        Raises:
            KeyError, msgspec.ValidationError: it is none.
        """
        return ChainLink(
            attempt=msgspec.convert(row["attempt"], Attempt),
            plain=row["attempt"],
            number=row["number"],
            previous_hash=row["previous_hash"],
            hash=row["hash"],
        )

    @property
    def name(self) -> str:
        """The check and the number of its attempt."""
        return f"{self.attempt.check} #{self.attempt.number}"


def chain(links: Sequence[ChainLink], head: object, texts: Texts) -> Iterator[Proof]:
    """Whether each link follows the one before, and the last is the head that was signed."""
    previous, good = NO_HASH, True
    for number, link in enumerate(links, 1):
        document = canonical(
            {"attempt": link.plain, "number": link.number, "previous_hash": link.previous_hash}
        )
        if link.number != number or link.previous_hash != previous or digest(document) != link.hash:
            good = False
            yield proof("row", texts, good=False, at=f"row {number}: {link.name}")
        previous = link.hash
    at_end = isinstance(head, dict) and (
        not links or (head.get("hash") == previous and head.get("number") == len(links))
    )
    if not at_end:
        good = False
        yield proof("head", texts, good=False, at=f"row {len(links)}")
    if good:
        yield proof("chain", texts, good=True, count=len(links))


def recorded_profiles(
    recorded: Mapping[str, Any],
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


def replay(
    links: Sequence[ChainLink], profiles: Mapping[str, DeviceProfile], asset: str, texts: Texts
) -> Iterator[Proof]:
    """Every attempt judged again from its raw bytes through the profile that was recorded."""
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
            yield proof("replay", texts, good=False, at=link.name, reason=str(error))
            continue
        slot = check.slot or next(iter(check.slots), "")
        if slot in profiles and profiles[slot].sha256 != attempt.profile_sha256:
            yield proof("profile", texts, good=False, at=link.name, reason="SHA-256")
        again = outcome_of(check, judge(check, trace))
        recorded = attempt.outcome
        if (again.verdict, again.measured) != (recorded.verdict, recorded.measured):
            reason = (
                f"{recorded.verdict.value} {recorded.measured} -> "
                f"{again.verdict.value} {again.measured}"
            )
            yield proof("replay", texts, good=False, at=link.name, reason=reason)
            continue
        good += 1
    if good == len(links):
        yield proof("replayed", texts, good=True, count=good)


def _frames(link: ChainLink, links: Mapping[tuple[str, int], ChainLink]) -> tuple[Frame, ...]:
    source = link.attempt.spec.get("frames_of")
    if not source:
        return link.attempt.outcome.frames
    return links[source["check"], source["number"]].attempt.outcome.frames
