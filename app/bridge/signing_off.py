"""Signing a job from the window: sealed evidence, the table and the printed report."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.commissioning.engine import JobEngine
from app.commissioning.evidence import body_of, seal
from app.commissioning.report import csv_of, model_of
from app.commissioning.signing import operator_key
from app.core.errors import UserFacing
from app.links.secrets import Secrets
from app.services.engine import Engine
from app.settings import RESOURCES, Texts


class SigningOff:
    """Ends a job, signs its evidence and writes the report into the data folder.

    Args:
        engine: the services.
        secrets: where the operator's key is kept.
        texts: the language of the report.
    """

    def __init__(self, engine: Engine, secrets: Secrets, texts: Texts) -> None:
        self._engine = engine
        self._secrets = secrets
        self._texts = texts

    async def sign(self, job: JobEngine) -> Path:
        """Sign; returns the printed report, beside which lie the sealed JSON and the CSV.

        Raises:
            UserFacing: a file cannot be written; the job is then not signed.
        """
        # Loaded here: most starts of the program sign nothing.
        from app.bridge.report_pdf import print_report

        kept = job.job
        key = await operator_key(kept.operator, self._secrets)
        await job.end()
        attempts = await self._engine.audit.records.attempts(kept.id)
        model = model_of(kept, job.field, attempts, self._texts, public_key=key.public)
        folders = [RESOURCES, self._engine.folder.path]
        body = await asyncio.to_thread(body_of, kept, attempts, job.field.profiles, folders)
        sealed = await asyncio.to_thread(
            seal,
            body,
            key=key,
            signer=kept.operator,
            role=kept.role,
            signed_ns=kept.ended_ns,
        )
        base = self._engine.folder.path / "reports" / kept.id
        await asyncio.to_thread(_write, base, sealed, csv_of(model))
        printed = base.with_suffix(".pdf")
        # Drawn with Qt, and so on the thread of the window.
        print_report(base.with_suffix(".json"), printed, self._texts.language)
        await job.sign()
        return printed


def _write(base: Path, sealed: bytes, table: str) -> None:
    try:
        base.parent.mkdir(parents=True, exist_ok=True)
        base.with_suffix(".json").write_bytes(sealed)
        base.with_suffix(".csv").write_text(table, "utf-8-sig")
    except OSError as error:
        raise UserFacing(f"The report cannot be written to {base.parent}: {error}.") from error
