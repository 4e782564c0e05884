"""A commissioning job that is killed at one moment, as by kill -9; run as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from app.commissioning import report, sealing
from app.commissioning.opening import JobSetup, new_job
from app.commissioning.report_document import document_of
from app.commissioning.signing import operator_key
from app.core.commissioning import Verdict
from app.headless.answers import answerer
from app.links.secrets import MemorySecrets
from app.services.engine import EngineOptions, start_engine
from app.settings import RESOURCES, Texts
from app.store.records import Records
from tests.fakes.jobs import narrow
from tests.fakes.quick_jobs import quick


def die(*_, **__) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(data: str, link: str, given: str) -> None:
    case = json.loads(given)
    engine = await start_engine(EngineOptions(data=Path(data)))
    setup = JobSetup(
        asset=case["asset"],
        asset_type="reference-pole",
        links=(link,),
        operator="Li Wei",
        changes=case["changes"],
    )
    job = await new_job(engine, setup)
    narrow(job.job, lambda check: check.id in case["keep"])
    quick(job.job)
    job.desk.answerer = answerer(f"eyes:{case['eyes']}", case["asset"])
    moment, check = case["moment"], case["check"]

    def changed(name: str) -> None:
        if moment == "running" and name == check and job.state(check).verdict is Verdict.RUNNING:
            die()

    def commanded(command) -> None:
        ours = command.request.why == f"check {check}"
        if ours and moment == command.state.value:
            die()

    job.on_change(changed)
    engine.commands.on_change(commanded)
    await job.set_focus(f"{check}|control")
    await job.start()
    await job.idle()
    await sign(engine, job, moment, Path(data) / "report.json")


async def sign(engine, job, moment: str, base: Path) -> None:
    """Sign and write the report, killed before, between or in the middle of it."""
    if moment == "sealing":
        sealing.seal_facts = die
    elif moment == "signed":
        real = Records.save_job

        async def saved(self, *given):
            await real(self, *given)
            die()

        Records.save_job = saved
    elif moment == "half written":
        put = report._put

        def half(path, data):
            if path.suffix == ".json":
                path.with_name(f".{path.name}.new").write_bytes(data[:1000])
                die()
            put(path, data)

        report._put = half
    key = await operator_key("Li Wei", MemorySecrets())
    sealed = await sealing.sign_off(job, key, engine.audit, (RESOURCES,), soaked=False)
    report.write_report(base, sealed, document_of(sealed), Texts("en"))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
