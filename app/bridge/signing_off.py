"""Signing a job from the window: sealed evidence, the table and the printed report."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.commissioning.engine import JobEngine
from app.commissioning.report import write_report
from app.commissioning.report_document import document_of
from app.commissioning.sealing import kept_report, sign_off
from app.commissioning.signing import operator_key
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

        A job that is signed already gets its report written again.

        Raises:
            UserFacing: the job cannot be signed as it stands, or it is signed and a file cannot be
                written; the text says which.
        """
        # Loaded here: most starts of the program sign nothing.
        from app.bridge.report_pdf import write_report_pdf

        kept = job.job
        folders = (RESOURCES, self._engine.folder.path)
        if kept.signed_ns:
            sealed = await kept_report(self._engine.audit.records, kept.id, self._texts)
        else:
            key = await operator_key(kept.operator, self._secrets)
            sealed = await sign_off(job, key, self._engine.audit, folders, soaked=True)
        document = await asyncio.to_thread(document_of, sealed, folders)
        base = self._engine.folder.path / "reports" / kept.id
        await asyncio.to_thread(write_report, base, sealed, document, self._texts)
        printed = base.with_suffix(".pdf")
        # Drawn with Qt, and so on the thread of the window.
        write_report_pdf(document, printed, self._texts.language)
        return printed
