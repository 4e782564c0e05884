"""``wayside report --job``: the files of a signed job's report, once more from what is kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.commissioning.report import write_report
from app.commissioning.report_document import document_of
from app.commissioning.sealing import kept_report
from app.core.errors import UserFacing
from app.services.data_folder import DataFolder
from app.settings import RESOURCES, Texts
from app.store.opening import open_reader
from app.wording import worded


def write_again(data: Path, job: str, base: Path, language: str, texts: Texts) -> Path:
    """Write the sealed file and the table of a signed job; returns the sealed file.

    The store is opened only to read: a program that works with the folder is not disturbed.

    Raises:
        UserFacing: no such folder or job, the job is not signed, or a file cannot be written.
        StoreUnavailable: the store is damaged.
    """
    return asyncio.run(_write_again(DataFolder(data), job, base, Texts(language), texts))


async def _write_again(
    folder: DataFolder, job: str, base: Path, language: Texts, texts: Texts
) -> Path:
    if not folder.store.is_file():
        raise worded(UserFacing, texts, "verify.no_folder", folder=folder.path)
    store = await open_reader(folder.store_url)
    try:
        sealed = await kept_report(store.records, job, texts)
    finally:
        await store.close()
    document = await asyncio.to_thread(document_of, sealed, (RESOURCES, folder.path))
    return await asyncio.to_thread(write_report, base, sealed, document, language)
