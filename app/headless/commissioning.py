"""``wayside commission``: one job without a window, to its report; and ``wayside verify``."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.commissioning.engine import JobEngine
from app.commissioning.job import Instrument, Position
from app.commissioning.opening import JobSetup, new_job, resume_job
from app.commissioning.proofs import Proof
from app.commissioning.report import write_report
from app.commissioning.report_document import document_of
from app.commissioning.sealing import kept_report, sign_off
from app.commissioning.signing import operator_key
from app.commissioning.verifying import verify
from app.commissioning.verifying_folder import verify_folder
from app.commissioning.wording import title, with_unit
from app.core.commissioning import JobVerdict, Method, Verdict
from app.core.errors import UserFacing
from app.headless.answers import answerer, must_answer
from app.headless.stopping import Stop
from app.links.secrets import Secrets
from app.links.secrets_open import open_secrets
from app.profiles.units import display
from app.services.engine import Engine, EngineOptions, start_engine
from app.settings import RESOURCES, Texts, limit
from app.wording import os_reason, told

EXIT_CODES = {
    JobVerdict.COMMISSIONED: 0,
    JobVerdict.REJECTED: 3,
    JobVerdict.CONDITIONAL: 4,
    JobVerdict.COMMISSIONED_LOCALLY: 5,
}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionOptions:
    """What to commission, who answers, and where the report goes.

    ``resume`` is the id of a kept job; ``changes`` are limits in place of the shipped ones;
    ``soak`` says to wait until the soak time is over before the job is signed.
    """

    data: Path
    texts: Texts
    asset: str = ""
    asset_type: str = ""
    links: tuple[str, ...] = ()
    answers: str = ""
    report: Path | None = None
    operator: str = "headless"
    role: str = "installer"
    site: str = ""
    serial: str = ""
    position: Position | None = None
    instrument: Instrument | None = None
    resume: str = ""
    soak: bool = False
    changes: Mapping[str, float] = field(default_factory=dict)


async def commission(
    options: CommissionOptions, say: Say, stop: Stop
) -> tuple[dict[str, Any], int]:
    """Run the job to its end; what ``--json`` prints, and the exit code.

    Raises:
        UserFacing: a mistake in what was given.
    """
    secrets = await asyncio.to_thread(open_secrets, options.data, texts=options.texts)
    engine = await start_engine(
        EngineOptions(data=options.data, texts=options.texts, secrets=secrets)
    )
    try:
        return await commission_on(engine, secrets, options, say, stop)
    finally:
        await engine.close()


async def commission_on(
    engine: Engine, secrets: Secrets, options: CommissionOptions, say: Say, stop: Stop
) -> tuple[dict[str, Any], int]:
    """The same on an engine that runs already, beside whatever else runs on it.

    Raises:
        UserFacing: a mistake in what was given, or Ctrl-C before the end; the job is kept.
    """
    job: JobEngine | None = None
    if not options.resume:
        await must_answer(options.answers, options.asset)
    try:
        job = await _open(engine, options)
        if options.resume and not (job.job.outputs or job.job.signed_ns):
            # What is still switched goes back, whoever looks on.
            await must_answer(options.answers, job.job.asset)
        job.desk.answerer = answerer(options.answers, job.job.asset)
        await _note(job, options)
        _tell(job, options.texts, say)
        await job.start()
        if not await _finish(job, options, stop):
            raise await _interrupted(job, options, say, stop)
        return await _close(engine, job, options, secrets)
    finally:
        if job is not None:
            await job.close()


async def _open(engine: Engine, options: CommissionOptions) -> JobEngine:
    if options.resume:
        return await resume_job(engine, options.resume, texts=options.texts)
    setup = JobSetup(
        asset=options.asset,
        asset_type=options.asset_type,
        links=options.links,
        operator=options.operator,
        role=options.role,
        site=options.site,
        serial=options.serial,
        changes=options.changes,
    )
    return await new_job(engine, setup, texts=options.texts)


async def _note(job: JobEngine, options: CommissionOptions) -> None:
    """Keep what was given about the place and the instrument."""
    if options.position is not None:
        await job.locate(options.position)
    if options.instrument is not None:
        for check in job.job.plan:
            if check.method is Method.MEASURED:
                await job.measure_with(check.id, options.instrument)


async def _finish(job: JobEngine, options: CommissionOptions, stop: Stop) -> bool:
    """Wait until nothing can start by itself, for outputs to be back, and for an asked-for soak.

    An output is waited for as long as it may stay switched at all. False where Ctrl-C came
    before: half a job is not signed, but taken up again.
    """
    clock = job.field.clock
    latest_ns = 0
    while True:
        stopped = await stop.wait(0.2)
        busy = job.running() or (options.soak and job.soak_left_s() > 0)
        if not busy and job.job.outputs:
            latest_ns = latest_ns or clock.now_ns() + int(limit("commissioning", "revert_s") * 1e9)
            busy = clock.now_ns() < latest_ns
        if stopped or not busy:
            return not busy


async def _interrupted(
    job: JobEngine, options: CommissionOptions, say: Say, stop: Stop
) -> UserFacing:
    """Put back what is switched, unless somebody does not wait for it; what is to be told then."""
    if job.job.outputs:
        seconds = limit("commissioning", "put_back_s")
        say(options.texts.get("jobs.putting_back", seconds=f"{seconds:.0f}"))
    await stop.unless_insisted(job.stop)
    switched = " ".join(job.switched(options.texts))
    key = "jobs.interrupted_switched" if switched else "jobs.interrupted"
    return told(UserFacing, key, job=job.job.id, options=again(options), switched=switched)


def again(options: CommissionOptions) -> str:
    """The options that a job goes on with as it was begun, quoted for a shell."""
    given = {"--data": options.data, "--answers": options.answers, "--report": options.report}
    return " ".join(f"{name} {shlex.quote(str(value))}" for name, value in given.items() if value)


async def _close(
    engine: Engine, job: JobEngine, options: CommissionOptions, secrets: Secrets
) -> tuple[dict[str, Any], int]:
    """Sign, and only then write the report: it is of a signed job, or it is not there."""
    folders = (RESOURCES, engine.folder.path)
    if job.job.signed_ns:
        # Taken up again after its end: the report is all that can be missing.
        sealed = await kept_report(engine.audit.records, job.job.id, options.texts)
    else:
        key = await operator_key(job.job.operator, secrets)
        sealed = await sign_off(job, key, engine.audit, folders, soaked=False)
    written = ""
    if options.report is not None:
        document = await asyncio.to_thread(document_of, sealed, folders)
        target = await asyncio.to_thread(
            write_report, options.report, sealed, document, options.texts
        )
        written = str(target)
    return as_json(job, options.texts, written), EXIT_CODES[job.job.verdict()]


def as_json(job: JobEngine, texts: Texts, report: str) -> dict[str, Any]:
    """The job as ``commission --json`` prints it."""
    chinese = texts.language.startswith("zh")
    checks = []
    for check in job.job.plan:
        state = job.state(check.id)
        checks.append(
            {
                "id": check.id,
                "verdict": state.verdict.value,
                "measured": state.measured,
                "unit": display(state.unit, texts.language),
                "limit": state.expected,
                "text": state.text_zh if chinese else state.text,
                "action": state.action_zh if chinese else state.action,
            }
        )
    return {
        "verdict": job.job.verdict().value,
        "asset": job.job.asset,
        "job": job.job.id,
        "checks": checks,
        "report": report,
    }


def _tell(job: JobEngine, texts: Texts, say: Say) -> None:
    """A line for each verdict as it comes."""
    told: dict[str, tuple[Verdict, int]] = {}

    def changed(check: str) -> None:
        if not check:
            return
        state = job.state(check)
        if state.verdict in (Verdict.NOT_RUN, Verdict.RUNNING):
            return
        if told.get(check) != (state.verdict, state.attempts):
            told[check] = (state.verdict, state.attempts)
            name = title(job.job.check(check), texts)
            value = with_unit(state.measured, state.unit, texts)
            text = state.text_zh if texts.language.startswith("zh") else state.text
            expected = with_unit(state.expected, "", texts)
            limit = f" ({expected})" if expected else ""
            say(f"{state.verdict.value.upper():9} {name}: {value}{limit}")
            if text:
                say(f"{'':10}{text}")

    job.on_change(changed)


def verify_path(path: Path, texts: Texts) -> list[Proof]:
    """Every proof of a report or of a data folder.

    Raises:
        UserFacing: it cannot be read, or is neither.
    """
    if path.is_dir():
        return asyncio.run(verify_folder(path, texts))
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = os_reason(error)
        raise told(
            UserFacing, "commissioning.report_file.unreadable", file=path, error=reason
        ) from error
    return verify(data, texts)
