"""Attempts proved by themselves: their chain, and every verdict judged again from its raw bytes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from app.commissioning.frames import Trace
from app.commissioning.judging import RULES, judge
from app.commissioning.planning import PlannedCheck
from app.commissioning.proofs import Proof, note, proof
from app.commissioning.proving_places import fewer, time_text
from app.commissioning.wording import outcome_of
from app.core.commissioning import Attempt, Frame, Outcome, Verdict
from app.core.errors import ProfileError, UserFacing
from app.core.profiles import DeviceProfile
from app.profiles.loader import load_profile
from app.settings import Texts
from app.store.records_rows import NO_HASH, canonical, digest

_GOODNESS = {Verdict.FAIL: 0, Verdict.DEFERRED: 1, Verdict.MARGINAL: 2, Verdict.PASS: 3}
"""How good what an attempt may come to is; whatever else is recorded is better than all of it."""


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

    def digest(self) -> str:
        """The hash that it should have."""
        fields = {
            "attempt": self.plain,
            "number": self.number,
            "previous_hash": self.previous_hash,
        }
        return digest(canonical(fields))

    @property
    def name(self) -> str:
        """The check and the number of its attempt."""
        return f"{self.attempt.check} #{self.attempt.number}"


def chain(links: Sequence[ChainLink], head: object, texts: Texts) -> tuple[list[Proof], set[str]]:
    """Whether each link follows the one before, and the last is the head that was signed.

    Each place that is wrong is told once: what comes behind an altered link is compared with what
    that link was. Returns the names of the altered ones, too.
    """
    found: list[Proof] = []
    altered: set[str] = set()
    previous, number = NO_HASH, 0
    end = (head.get("number"), head.get("hash")) if isinstance(head, dict) else None
    afters = [*(link.previous_hash for link in links[1:]), end and end[1]]
    for link, after in zip(links, afters, strict=False):
        own = link.digest()
        if own != link.hash:
            altered.add(link.name)
            found.append(_broken("row", link, texts))
            # Which of the two it was, the next link knows.
            previous, number = own if own == after else link.hash, number + 1
            continue
        if link.number != number + 1:
            gap = {"first": number + 1, "count": link.number - number - 1}
            found.append(_broken("missing" if link.number > number else "moved", link, texts, gap))
        elif link.previous_hash != previous:
            found.append(_broken("moved", link, texts))
        previous, number = link.hash, link.number
    if end is None or (links and end != (number, previous)):
        found.append(proof("head", texts, good=False, at=f"row {number}", number=number))
    if not found:
        return [proof("chain", texts, good=True, count=len(links))], altered
    return fewer(found, texts), altered


def _broken(
    key: str, link: ChainLink, texts: Texts, gap: Mapping[str, object] | None = None
) -> Proof:
    facts = {"number": link.number, "check": link.attempt.check, "tries": link.attempt.number}
    time = time_text(link.attempt.started_ns)
    at = f"row {link.number}: {link.name}"
    return proof(key, texts, good=False, at=at, time=time, **facts, **(gap or {}))


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
                problems.append((slot, error.seen.removeprefix(f"{folder}{os.sep}")))
                continue
            if profile.sha256 != entry["sha256"]:
                problems.append((slot, "SHA-256"))
            found[slot] = profile
    return found, problems


def judgeable(links: Sequence[ChainLink], unknown: Collection[str]) -> list[ChainLink]:
    """The attempts without those that rest on the bytes of a device whose profile is not known."""
    left_out = {
        (link.attempt.check, link.attempt.number)
        for link in links
        if not _slots_of(link).isdisjoint(unknown)
    }
    return [
        link
        for link in links
        if (link.attempt.check, link.attempt.number) not in left_out
        and _source(link) not in left_out
    ]


def _slots_of(link: ChainLink) -> set[str]:
    """The devices an attempt is judged by: those its spec names and those its frames are of."""
    spec = link.attempt.spec
    frames = {frame.device for frame in link.attempt.outcome.frames}
    return {str(spec.get("slot") or ""), *map(str, spec.get("slots") or ()), *frames}


def replay(
    links: Sequence[ChainLink],
    profiles: Mapping[str, DeviceProfile],
    asset: str,
    texts: Texts,
    altered: Collection[str] = (),
) -> Iterator[Proof]:
    """Every attempt judged again from its raw bytes through the profile that was recorded.

    Attempts that were altered are left out: that was told. So are those that rest on the bytes of
    one that was altered or is gone; how many is said. So it is of those that another version of the
    program judged by other rules, where they state nothing better than their bytes give by ours.
    """
    known = {(link.attempt.check, link.attempt.number): link for link in links}
    wrong: list[Proof] = []
    good, resting, elsewise = 0, list[str](), list[str]()
    for link in links:
        if link.name in altered:
            continue
        source = known.get(_source(link))
        if source is None or source.name in altered:
            resting.append(link.name)
        elif (found := _again(link, source.attempt.outcome.frames, profiles, asset, texts)) is None:
            good += 1
        elif found.said_only:
            elsewise.append(found.text)
        else:
            wrong.append(found)
    if not wrong:
        yield proof("replayed", texts, good=True, count=good)
    yield from fewer(wrong, texts)
    if resting:
        yield note("resting", texts, count=len(resting), checks=", ".join(resting))
    if elsewise:
        yield note("rules", texts, count=len(elsewise), checks="; ".join(elsewise))


def _source(link: ChainLink) -> tuple[str, int]:
    """Whose frames an attempt was judged by: its own, or those of another one."""
    source = link.attempt.spec.get("frames_of")
    if not source:
        return link.attempt.check, link.attempt.number
    return source["check"], source["number"]


def _again(
    link: ChainLink,
    frames: tuple[Frame, ...],
    profiles: Mapping[str, DeviceProfile],
    asset: str,
    texts: Texts,
) -> Proof | None:
    """What is wrong with one attempt; None where its bytes give its verdict again.

    A note where other rules give another one, which is no worse than what is recorded.
    """
    attempt = link.attempt
    try:
        check = PlannedCheck.of(
            {name: value for name, value in attempt.spec.items() if name != "frames_of"}
        )
        trace = Trace(frames, profiles, answer=attempt.answer, asset=asset)
    except (ValueError, KeyError, UserFacing) as error:
        return proof("unreadable", texts, good=False, at=link.name, reason=str(error))
    slot = check.slot or next(iter(check.slots), "")
    if slot in profiles and profiles[slot].sha256 != attempt.profile_sha256:
        return proof("other_profile", texts, good=False, at=link.name, slot=slot)
    again, recorded = outcome_of(check, judge(check, trace)), attempt.outcome
    if (again.verdict, again.measured) == (recorded.verdict, recorded.measured):
        return None
    was, now = (_words(found, texts) for found in (recorded, again))
    if attempt.rules != RULES and _goodness(recorded) <= _goodness(again):
        return note("elsewise", texts, at=link.name, was=was, now=now)
    return proof("replay", texts, good=False, at=link.name, was=was, now=now)


def _goodness(found: Outcome) -> int:
    return _GOODNESS.get(found.verdict, len(_GOODNESS))


def _words(found: Outcome, texts: Texts) -> str:
    return f"{texts.get(f'report.verdict.{found.verdict.value}')} {found.measured}".rstrip()
