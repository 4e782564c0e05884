"""The second half of the demo without a display: one pole and one sign commissioned, two reports.

Each job runs on a data folder of its own, as two laptops would; both run at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.core.commissioning import JobVerdict
from app.headless.commissioning import CommissionOptions, commission
from app.headless.second import run_second
from app.headless.stopping import Stop
from app.settings import Texts
from app.simulator.run import Ready

Say = Callable[[str], None]
CHANGES: Mapping[str, float] = {
    "environment_window_s": 15,
    "messages_window_s": 20,
    "stable_window_s": 10,
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
    say(f"Commissioning {' and '.join(assets)}: this takes about a minute.")
    done = await asyncio.gather(*(_one(jobs, ready, asset, stop) for asset in assets))
    say("\n".join(_table(done)))
    for one in done:
        pdf = one.report.with_suffix(".pdf")
        arguments = ("report", str(one.report), "--pdf", str(pdf))
        printed = await run_second(*arguments, seconds=_PRINT_S)
        files = [pdf] if printed else []
        files += [one.report, one.report.with_suffix(".csv")]
        say(f"Report of {one.asset}: {', '.join(str(file) for file in files)}")
    return all(one.verdict in _GOOD for one in done)


async def _one(jobs: DemoJobs, ready: Ready, asset: str, stop: Stop) -> Done:
    found = next(one for one in ready.assets if one.asset == asset)
    options = CommissionOptions(
        data=jobs.data / "commissioning" / asset,
        texts=jobs.texts,
        asset=asset,
        asset_type=found.type,
        links=tuple(found.links[name] for name in ("modbus+tcp", "mqtt") if name in found.links),
        answers=f"eyes:{ready.eyes}",
        report=jobs.out / f"{asset}.pdf",
        operator="demo",
        site="Demo district",
        changes=jobs.changes,
    )
    facts, _ = await commission(options, _quiet, stop)
    checks = facts["checks"]
    return Done(
        asset=asset,
        verdict=facts["verdict"],
        checks=tuple(check["verdict"] for check in checks),
        failures=tuple(
            f"{check['id']}: {check['text']}"
            for check in checks
            if check["verdict"] not in ("pass", "not_fitted")
        ),
        report=jobs.out / f"{asset}.json",
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
