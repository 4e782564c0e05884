"""The shape of a diagnosis: ordered checks with deadlines, outcomes, and their words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from app.core.errors import WaysideError
from app.core.links import Finding, FindingVerdict
from app.core.profiles import DeviceProfile
from app.links.params import LinkParams
from app.links.secrets import Secrets
from app.settings import Texts
from app.wording import optional

P = TypeVar("P", bound=LinkParams)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a check found; its words are at ``links.found.<check>.<key>`` with these values.

    ``error`` brings words of its own, and then only the command is looked up.
    """

    verdict: FindingVerdict
    key: str
    values: dict[str, object] = field(default_factory=dict)
    error: WaysideError | None = None


@dataclass(slots=True, kw_only=True)
class Subject(Generic[P]):
    """What is diagnosed, and what the checks hand on to each other.

    ``open`` closes everything that a check has opened. ``link`` is the name of the link in the
    store of secrets. ``probe`` allows to try other line settings.
    """

    params: P
    texts: Texts
    secrets: Secrets
    link: str
    profile: DeviceProfile | None
    unit: int
    probe: bool
    open: AsyncExitStack = field(default_factory=AsyncExitStack)
    found: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[P]):
    """One line of a diagnosis; its title is the text ``links.check.<id>``."""

    id: str
    deadline_s: float
    run: Callable[[Subject[P]], Awaitable[Outcome]]


def passed(key: str = "good", /, **values: object) -> Outcome:
    """A check that passed."""
    return Outcome(verdict=FindingVerdict.PASS, key=key, values=values)


def warned(key: str, /, **values: object) -> Outcome:
    """A check that found something that is not right, and does not stop the rest."""
    return Outcome(verdict=FindingVerdict.WARN, key=key, values=values)


def failed(key: str, /, **values: object) -> Outcome:
    """A check that failed: nothing after it can be judged."""
    return Outcome(verdict=FindingVerdict.FAIL, key=key, values=values)


async def findings(checks: Sequence[Check[P]], subject: Subject[P]) -> AsyncIterator[Finding]:
    """Run the checks in order; after the first FAIL the rest are BLOCKED."""
    failed_title = ""
    loop = asyncio.get_running_loop()
    async with subject.open:
        for check in checks:
            title = subject.texts.get(f"links.check.{check.id}")
            if failed_title:
                seen = subject.texts.get("links.check_blocked", needs=failed_title)
                verdict = FindingVerdict.BLOCKED
                yield Finding(id=check.id, title=title, verdict=verdict, seen=seen)
                continue
            started = loop.time()
            try:
                async with asyncio.timeout(check.deadline_s):
                    outcome = await check.run(subject)
            except TimeoutError:
                outcome = failed("no_time", s=f"{check.deadline_s:g}")
            yield finding(subject.texts, check.id, outcome, loop.time() - started)
            if outcome.verdict is FindingVerdict.FAIL:
                failed_title = title


def finding(texts: Texts, check: str, outcome: Outcome, took_s: float = 0.0) -> Finding:
    """An outcome in words."""
    base = (
        "links.found.no_time" if outcome.key == "no_time" else f"links.found.{check}.{outcome.key}"
    )
    if outcome.error is not None:
        seen = " ".join(part for part in (outcome.error.seen, outcome.error.cause) if part)
        fix = outcome.error.action
        base = f"links.found.{outcome.key}"
    else:
        seen = texts.get(f"{base}.seen", **outcome.values)
        fix = optional(texts, f"{base}.fix", **outcome.values)
    return Finding(
        id=check,
        title=texts.get(f"links.check.{check}"),
        verdict=outcome.verdict,
        seen=seen,
        fix=fix,
        command=optional(texts, f"{base}.command", **outcome.values),
        took_s=took_s,
    )
