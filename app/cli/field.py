"""The commands simulate, doctor, bench and profile."""

from __future__ import annotations

import asyncio
import importlib
import signal
import sys
from pathlib import Path
from typing import cast

import click

from app.cli.console import DATA, FAILED, Commands, say_error, say_json, texts
from app.cli.sources import password
from app.core.errors import UserFacing
from app.settings import default_data
from app.wording import worded

TERMINATED = 143
"""The exit code of a command that SIGTERM ended, as shells have it."""


@click.command()
@click.option(
    "--poles", type=click.IntRange(0, 5000), default=3, show_default=True, help="Smart poles."
)
@click.option(
    "--signs", type=click.IntRange(0, 5000), default=1, show_default=True, help="Roadside signs."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same field.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME@ASSET", help="Play a fault; more than one."
)
@click.option("--list-faults", is_flag=True, help="List the faults and end.")
@click.option("--broker", default="embedded", help="embedded, mosquitto, or mqtt://host:port.")
@click.option("--json", "as_json", is_flag=True, help="JSON (the ready line always is).")
def simulate(  # noqa: PLR0913  # one parameter an option
    poles: int,
    signs: int,
    seed: int,
    faults: tuple[str, ...],
    broker: str,
    *,
    list_faults: bool,
    as_json: bool,
) -> None:
    """Play a field of poles and signs over real protocols, until Ctrl-C."""
    if list_faults:
        _list_faults(as_json=as_json)
        return
    from app.headless.simulating import simulate as play
    from app.headless.stopping import Stop, run
    from app.simulator.options import SimulatorOptions

    options = SimulatorOptions(poles=poles, signs=signs, seed=seed, faults=faults, broker=broker)
    stop = Stop()
    run(play(options, say_json, stop), stop)


def _list_faults(*, as_json: bool) -> None:
    from app.simulator.faults import list_faults

    faults = list_faults()
    if as_json:
        say_json(faults)
        return
    for fault in faults:
        click.echo(f"{fault['id']:24} {fault['title']}")


@click.command()
@click.argument("url", default=None, required=False)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help=DATA)
@click.option("--ask-password", is_flag=True, help="Ask for the link's password.")
@click.option("--json", "as_json", is_flag=True, help="A JSON line a finding.")
def doctor(url: str | None, data: Path | None, *, ask_password: bool, as_json: bool) -> None:
    """Examine this machine.

    And, where it is given, the link URL; every verdict comes with its fix.
    """
    from app.core.links import Finding, FindingVerdict
    from app.headless.doctor import DoctorOptions, examine

    options = DoctorOptions(
        data=data or default_data(), url=url, texts=texts(), password=password(ask=ask_password)
    )

    def say(finding: Finding) -> None:
        if as_json:
            say_json(
                {
                    "id": finding.id,
                    "title": finding.title,
                    "verdict": finding.verdict.value,
                    "seen": finding.seen,
                    "fix": finding.fix,
                    "command": finding.command,
                    "took_s": round(finding.took_s, 6),
                }
            )
            return
        click.echo(f"{finding.verdict.value.upper():8} {finding.title}: {finding.seen}")
        for part in (finding.fix, finding.command):
            if part:
                click.echo(f"{'':8} {part}")

    async def work() -> bool:
        failed = False
        async for finding in examine(options):
            say(finding)
            failed |= finding.verdict in (FindingVerdict.FAIL, FindingVerdict.BLOCKED)
        return failed

    if asyncio.run(work()):
        click.get_current_context().exit(FAILED)


@click.command()
@click.argument("name", default="")
@click.option("--list", "only_list", is_flag=True, help="List the benchmarks and end.")
@click.option("--quick", is_flag=True, help="Shorter, less exact.")
@click.option("--json", "as_json", is_flag=True, help="A JSON line a work item.")
def bench(name: str, *, only_list: bool, quick: bool, as_json: bool) -> None:
    """Measure NAME beside its raw limit.

    Exit code 0 where every work item reaches its ratio.

    BUSY instead of MISS: other programs took so much of the machine that it is not judged.
    """
    from app.bench.registry import BENCHES
    from app.bench.report import BenchLine
    from app.bench.running import LONGEST_S, Bench, run_bench

    if only_list:
        click.echo("\n".join(BENCHES))
        return
    if name not in BENCHES:
        known = ", ".join(BENCHES)
        raise worded(UserFacing, texts(), "services.cli.bench_unknown", name=name, known=known)
    verdicts: list[bool] = []

    def emit(line: BenchLine) -> None:
        verdicts.append(line.ok)
        if as_json:
            click.echo(line.as_json())
            return
        verdict = "ok  " if line.ok else "BUSY" if line.busy else "MISS"
        click.echo(
            f"{verdict} {line.work}: {line.value:,.4g} {line.unit}, limit {line.limit:,.4g}, "
            f"ratio {line.ratio:.3g} (reach {line.reach})"
        )

    def late(seconds: float) -> None:
        facts = {"name": name, "seconds": round(seconds)}
        say_error(worded(UserFacing, texts(), "services.cli.bench_late", **facts))

    # The default way to die would leave the peers that a benchmark starts without an end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    run_bench(
        cast("Bench", importlib.import_module(BENCHES[name])),
        emit,
        late,
        quick=quick,
        longest_s=LONGEST_S,
    )
    if not verdicts or not all(verdicts):
        click.get_current_context().exit(FAILED)


@click.group(cls=Commands)
def profile() -> None:
    """Device profiles."""


@profile.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--min",
    "least",
    type=click.Choice(["bronze", "silver", "gold"]),
    default="bronze",
    show_default=True,
    help="The grade that each must reach.",
)
@click.option("--json", "as_json", is_flag=True, help="A JSON line a file.")
def check(files: tuple[Path, ...], least: str, *, as_json: bool) -> None:
    """Check profiles: schema, units, ranges, grade."""
    from app.profiles.grades import Grade, check_file

    minimum = Grade[least.upper()]
    failed = False
    for file in files:
        report = check_file(file, minimum)
        failed |= not report.ok
        if as_json:
            findings = [
                {
                    **finding._asdict(),
                    "grade": finding.grade.name.lower(),
                    "seen": finding.seen.said(texts()),
                }
                for finding in report.findings
            ]
            facts = {"file": str(file), "ok": report.ok, "grade": report.grade.name.lower()}
            say_json({**facts, "findings": findings})
            continue
        click.echo(f"{'ok  ' if report.ok else 'MISS'} {file}: {report.grade.name.lower()}")
        for found in report.findings if not report.ok else ():
            where = f"{file}:{found.line}" if found.line else str(file)
            parts = (where, found.where, f"{found.seen.said(texts())} [{found.rule}]")
            click.echo(f"     {': '.join(part for part in parts if part)}", err=True)
    if failed:
        click.get_current_context().exit(FAILED)
