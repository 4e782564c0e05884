"""Opening jobs: connect the asset, make the plan, or take up a job that was kept."""

from __future__ import annotations

import importlib.metadata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.commissioning.checks.kinds import NAMES, STREAMED
from app.commissioning.clock import Clock, WallClock
from app.commissioning.engine import EngineParts, JobEngine
from app.commissioning.field_access import AssetField, Surroundings
from app.commissioning.job import Job, StepTitle, first_states
from app.commissioning.limits import LimitTable
from app.commissioning.planning import Fitted, make_plan
from app.commissioning.procedures import Procedures
from app.core.commissioning import Verdict
from app.core.errors import UserFacing
from app.links.base import Link
from app.links.registry import parse_url
from app.services.connection_file import SavedAsset, SavedConnection
from app.services.engine import Engine
from app.settings import RESOURCES, Texts
from app.wording import worded


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSetup:
    """What a new job is about. ``changes`` are limits and windows other than the shipped ones."""

    asset: str
    asset_type: str
    links: tuple[str, ...]
    operator: str
    role: str = "installer"
    site: str = ""
    serial: str = ""
    changes: Mapping[str, float] = field(default_factory=dict)


async def new_job(
    engine: Engine, setup: JobSetup, clock: Clock | None = None, texts: Texts | None = None
) -> JobEngine:
    """Connect and plan; the checks begin with ``start``. ``texts``: the language of refusals.

    Raises:
        UserFacing: the type, its procedure, a URL or a changed limit is not known.
        ProfileError: a data file has a mistake.
    """
    clock, texts = clock or WallClock(), texts or Texts()
    asset_type = engine.library.asset_type(setup.asset_type)
    limits = LimitTable(setup.changes)
    folders = (RESOURCES, engine.folder.path)
    procedures = Procedures(NAMES, limits, folders)
    procedure = procedures.get(asset_type.procedure)
    links = await _connect(engine, setup.asset, setup.asset_type, setup.links)
    reach = _field(engine, setup.asset, setup.asset_type, links, clock)
    fitted = Fitted(
        asset_type=asset_type,
        profiles=reach.profiles,
        polled=reach.polled is not None,
        streamed=reach.streamed is not None,
    )
    plan = make_plan(procedure, fitted, limits, STREAMED)
    now = clock.now_ns()
    job = Job(
        id=f"{setup.asset}-{uuid.uuid4().hex[:10]}",
        asset=setup.asset,
        asset_type=setup.asset_type,
        type_title=asset_type.title,
        type_title_zh=asset_type.title_zh,
        procedure=procedure.id,
        procedure_version=procedure.version,
        procedure_sha256=procedure.sha256,
        operator=setup.operator,
        role=setup.role,
        site=setup.site,
        created_ns=now,
        soak_from_ns=now,
        app_version=importlib.metadata.version("wayside"),
        links=setup.links,
        profiles={
            slot: {"id": profile.id, "sha256": profile.sha256}
            for slot, profile in reach.profiles.items()
        },
        changes=dict(setup.changes),
        fields={"serial": setup.serial} if setup.serial else {},
        steps=tuple(
            StepTitle(id=step.id, title=step.title, title_zh=step.title_zh)
            for step in procedure.steps
        ),
        plan=plan,
        soak_by=procedure.soak_by,
        states=first_states(plan),
    )
    return JobEngine(job, reach, _parts(engine, texts))


async def resume_job(
    engine: Engine, job_id: str, clock: Clock | None = None, texts: Texts | None = None
) -> JobEngine:
    """Take up a job where it was left, at the same plan and the same control.

    Where the asset's connection has another address now, the job goes on there, and its devices
    show again that they are the same.

    Raises:
        UserFacing: there is no such job, or a profile is not the one it was begun with: what is
            measured from here on could never be signed. Where an output is still switched it is
            taken up all the same, to be put back.
    """
    texts = texts or Texts()
    document = await engine.audit.records.job(job_id)
    if document is None:
        raise UserFacing(texts.get("commissioning.engine.no_job", job=job_id))
    job = Job.of(document)
    if job.signed_ns == 0:
        if not job.outputs:
            _must_be_as_begun(engine, job, texts)
        _follow(engine, job)
    links = await _connect(engine, job.asset, job.asset_type, job.links)
    reach = _field(engine, job.asset, job.asset_type, links, clock or WallClock())
    return JobEngine(job, reach, _parts(engine, texts))


def _must_be_as_begun(engine: Engine, job: Job, texts: Texts) -> None:
    for entry in job.profiles.values():
        if engine.library.profile(entry["id"]).sha256 != entry["sha256"]:
            key = "commissioning.report_file.profile"
            raise worded(UserFacing, texts, key, profile=entry["id"])


def _follow(engine: Engine, job: Job) -> None:
    """Bring a job's links to where the asset's connections lead now.

    Only where that leaves no doubt: the address of the job is saved no more, and one other of the
    same kind is. The serial that the first device told is the one it must tell again.
    """
    saved = [
        one.url
        for one in engine.connections.saved()
        if any((item.number, item.type) == (job.asset, job.asset_type) for item in one.assets)
    ]
    kept = [parse_url(url).url() for url in job.links]
    now = []
    for url in kept:
        scheme = url.partition(":")[0]
        others = [one for one in saved if one not in kept and one.partition(":")[0] == scheme]
        now.append(others[0] if url not in saved and len(others) == 1 else url)
    if now == kept:
        return
    job.links = tuple(now)
    named = [check for check in job.plan if check.kind == "identity"]
    for check in named:
        state = job.states[check.id]
        serial = state.measured.partition(" ")[2]
        if check is named[0] and serial:
            job.fields.setdefault("serial", serial)
        if state.verdict in (Verdict.PASS, Verdict.MARGINAL, Verdict.FAIL):
            state.move(Verdict.NOT_RUN)


async def _connect(
    engine: Engine, asset: str, asset_type: str, urls: tuple[str, ...]
) -> list[Link]:
    """The open links of these URLs; connections that are not there yet are added."""
    found: list[Link] = []
    connections = engine.connections
    for url in urls:
        wanted = parse_url(url).url()
        saved = next(
            (
                one
                for one in connections.saved()
                if one.url == wanted and any(item.number == asset for item in one.assets)
            ),
            None,
        )
        if saved is None:
            name = _free_name(f"{asset} {url.partition(':')[0]}", connections.saved())
            assets = (SavedAsset(number=asset, type=asset_type),)
            saved = SavedConnection(name=name, url=wanted, assets=assets)
            await connections.add(saved)
        # Another job may use the same link: it is opened once.
        link = await connections.ensure(saved.name)
        if link is not None:
            found.append(link)
    return found


def _free_name(wanted: str, saved: tuple[SavedConnection, ...]) -> str:
    taken = {one.name for one in saved}
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    return name


def _field(
    engine: Engine, asset: str, asset_type: str, links: list[Link], clock: Clock
) -> AssetField:
    around = Surroundings(
        library=engine.library,
        sender=engine.commands,
        access=engine.access,
        by_hand=engine.trials,
        clock=clock,
    )
    return AssetField(asset, engine.library.asset_type(asset_type), links, around)


def _parts(engine: Engine, texts: Texts) -> EngineParts:
    return EngineParts(audit=engine.audit, live=engine.live, texts=texts)
