"""The second half of the demo without a display: one pole and one sign commissioned, two reports.

Both jobs run at the same time on the demo's own data folder, over its saved connections.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.core.commissioning import JobVerdict
from app.core.errors import UserFacing
from app.headless.commissioning import CommissionOptions, commission_on
from app.headless.second import run_second
from app.headless.stopping import Stop
from app.links.secrets import Secrets
from app.links.secrets_open import open_secrets
from app.services.demo import demo_connections
from app.services.engine import Engine, EngineOptions, start_engine
from app.settings import Texts
from app.simulator.run import Ready
from app.wording import worded

Say = Callable[[str], None]
CHANGES: Mapping[str, float] = {
    "environment_window_s": 15,
    "messages_window_s": 20,
    "stable_window_s": 20,
}
"""Shorter windows than those shipped, so that the demo takes a minute; each report says so."""
_GOOD = frozenset({JobVerdict.COMMISSIONED.value, JobVerdict.COMMISSIONED_LOCALLY.value})
_PRINT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoJobs:
    """Where the reports go, where the jobs keep their data, and by which limits they judge."""

    out: Path
    data: Path
    texts: Texts
    changes: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One job as the table tells it."""

    asset: str
    verdict: str
    checks: tuple[str, ...]
    failures: tuple[str, ...]
    report: Path


async def commission_demo(jobs: DemoJobs, ready: Ready, say: Say, stop: Stop) -> bool:
    """Commission the first pole and the first sign; False where one is not commissioned."""
    chosen = [
        next((number for number, kind in _types(ready) if kind == wanted), "")
        for wanted in ("reference-pole", "reference-sign")
    ]
    assets = [number for number in chosen if number]
    say(jobs.texts.get("services.demo.commission", assets=", ".join(assets)))
    secrets = await asyncio.to_thread(open_secrets, jobs.data, texts=jobs.texts)
    engine = await start_engine(EngineOptions(data=jobs.data, texts=jobs.texts, secrets=secrets))
    try:
        # Each to its end, so that what one has switched is put back where the other fails.
        ended = await asyncio.gather(
            *(_one(engine, secrets, _options(jobs, ready, asset), stop) for asset in assets),
            return_exceptions=True,
        )
    finally:
        await engine.close()
    for one in ended:
        if isinstance(one, UserFacing) and stop.asked:
            # What it advises, to take the job up again, cannot be done: the field ends with us.
            raise worded(UserFacing, jobs.texts, "services.demo.stopped") from one
        if isinstance(one, BaseException):
            raise one
    done = [one for one in ended if isinstance(one, Done)]
    say("\n".join(_table(done)))
    for one in done:
        pdf = one.report.with_suffix(".pdf")
        arguments = ("report", str(one.report), "--pdf", str(pdf))
        printed = await run_second(*arguments, seconds=_PRINT_S)
        files = [pdf] if printed else []
        files += [one.report, one.report.with_suffix(".csv")]
        named = ", ".join(str(file) for file in files)
        say(jobs.texts.get("services.demo.report", asset=one.asset, files=named))
    return all(one.verdict in _GOOD for one in done)


def _options(jobs: DemoJobs, ready: Ready, asset: str) -> CommissionOptions:
    """A job over the connections that the demo keeps, so that its folder has each link once."""
    found = next(one for one in ready.assets if one.asset == asset)
    links = tuple(
        saved.url
        for saved in demo_connections(ready)
        if any(place.number == asset for place in saved.assets)
    )
    return CommissionOptions(
        data=jobs.data,
        texts=jobs.texts,
        asset=asset,
        asset_type=found.type,
        links=links,
        answers=f"eyes:{ready.eyes}",
        report=jobs.out / f"{asset}.pdf",
        operator="demo",
        site="Demo district",
        changes=jobs.changes,
    )


async def _one(engine: Engine, secrets: Secrets, options: CommissionOptions, stop: Stop) -> Done:
    facts, _ = await commission_on(engine, secrets, options, _quiet, stop)
    checks = facts["checks"]
    return Done(
        asset=options.asset,
        verdict=facts["verdict"],
        checks=tuple(check["verdict"] for check in checks),
        failures=tuple(
            f"{check['id']}: {check['text']}"
            for check in checks
            if check["verdict"] not in ("pass", "not_fitted")
        ),
        report=Path(facts["report"]),
    )


def _types(ready: Ready) -> list[tuple[str, str]]:
    return [(one.asset, one.type) for one in ready.assets]


def _table(done: list[Done]) -> list[str]:
    """A line for each job, and one for each check that did not simply pass."""
    columns = ("pass", "marginal", "deferred", "fail")
    lines = [f"{'asset':12}{'verdict':24}" + "".join(f"{name:>10}" for name in columns)]
    for one in done:
        counts = "".join(f"{one.checks.count(name):>10}" for name in columns)
        lines.append(f"{one.asset:12}{one.verdict.replace('_', ' '):24}{counts}")
    lines += [f"  {one.asset}  {text}" for one in done for text in one.failures]
    return lines


def _quiet(line: str) -> None:
    """The lines of single checks are in the report."""
    del line
