"""``wayside doctor``: this machine, the data folder, the ports, and one link, each with its fix."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import StoreUnavailable
from app.core.links import Finding, FindingVerdict
from app.links.diagnose_machine import machine_findings
from app.links.registry import parse_url
from app.links.secrets import MemorySecrets
from app.profiles.library import Library
from app.services.data_folder import DataFolder
from app.settings import RESOURCES, Texts
from app.store.opening import open_reader
from app.wording import os_reason, reworded, words_of

LOW_GB = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorOptions:
    """What to examine; without a URL (None) only the machine."""

    data: Path
    url: str | None
    texts: Texts
    password: str = ""


async def examine(options: DoctorOptions) -> AsyncIterator[Finding]:
    """Every finding in order: the machine first, then the link.

    Raises:
        UserFacing: the URL has a mistake.
    """
    texts = options.texts
    params = None if options.url is None else parse_url(options.url, texts)
    for check in (_system, _window, _profiles):
        yield check(texts)
    yield await _data(options.data, texts)
    for finding in await asyncio.to_thread(machine_findings, texts):
        yield finding
    if params is not None and options.url is not None:
        from app.links.diagnostics import diagnose

        secrets = MemorySecrets(
            {(options.url, "password"): options.password} if options.password else {}
        )
        async for finding in diagnose(params, texts=texts, secrets=secrets, link=options.url):
            yield finding


def _system(texts: Texts) -> Finding:
    version = importlib.metadata.version("wayside")
    return Finding(
        id="system",
        title=texts.get("services.doctor.system.title"),
        verdict=FindingVerdict.PASS,
        seen=f"Wayside {version}",
    )


def _window(texts: Texts) -> Finding:
    title = texts.get("services.doctor.qt.title")
    try:
        version = importlib.metadata.version("PySide6-Essentials")
    except importlib.metadata.PackageNotFoundError as error:
        return Finding(
            id="window",
            title=title,
            verdict=FindingVerdict.FAIL,
            seen=texts.get("services.doctor.qt.seen_missing", error=error),
            fix=texts.get("services.doctor.qt.fix_missing"),
        )
    display = has_display()
    key = "seen_ok" if display else "seen_display"
    return Finding(
        id="window",
        title=title,
        verdict=FindingVerdict.PASS if display else FindingVerdict.WARN,
        seen=texts.get(f"services.doctor.qt.{key}", version=version, display=display),
    )


def has_display() -> str:
    """The name of the display that a window would open on, empty where there is none."""
    if sys.platform in ("win32", "darwin"):
        return sys.platform
    for name in ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM"):
        if value := os.environ.get(name):
            return value
    return ""


def _profiles(texts: Texts) -> Finding:
    library = Library((RESOURCES,))
    title = texts.get("services.doctor.profiles.title")
    if library.problems:
        return Finding(
            id="profiles",
            title=title,
            verdict=FindingVerdict.FAIL,
            seen=texts.get(
                "services.doctor.profiles.seen_bad", error=words_of(library.problems[0])
            ),
            fix=texts.get("services.doctor.profiles.fix_bad"),
        )
    seen = texts.get(
        "services.doctor.profiles.seen_ok",
        count=len(library.profiles()),
        types=len(library.asset_types()),
    )
    return Finding(id="profiles", title=title, verdict=FindingVerdict.PASS, seen=seen)


async def _data(folder: Path, texts: Texts) -> Finding:
    """The folder, then the store in it."""
    found = await asyncio.to_thread(_folder, folder, texts)
    place = DataFolder(folder)
    if found.verdict is FindingVerdict.FAIL:
        return found
    return await _store(place, texts) or found


async def _store(place: DataFolder, texts: Texts) -> Finding | None:
    """Why the store in the folder cannot be used; None where it can, or there is none yet.

    It is opened only to read, so nothing of it is changed or mended here.
    """
    if not await asyncio.to_thread(place.store.exists):
        return None
    try:
        store = await open_reader(place.store_url)
    except StoreUnavailable as error:
        reworded(error, texts)
        parts = (error.seen, error.cause)
        return Finding(
            id="data",
            title=texts.get("services.doctor.data.title"),
            verdict=FindingVerdict.FAIL,
            seen=" ".join(part for part in parts if part),
            fix=error.action,
        )
    await store.close()
    return None


def _folder(folder: Path, texts: Texts) -> Finding:
    title = texts.get("services.doctor.data.title")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        reason = os_reason(error)
        return Finding(
            id="data",
            title=title,
            verdict=FindingVerdict.FAIL,
            seen=texts.get("services.folder.unwritable.seen", folder=folder, error=reason),
            fix=texts.get("services.folder.unwritable.action"),
        )
    free = shutil.disk_usage(folder).free / 1e9
    low = free < LOW_GB
    key = "seen_low" if low else "seen_ok"
    return Finding(
        id="data",
        title=title,
        verdict=FindingVerdict.WARN if low else FindingVerdict.PASS,
        seen=texts.get(f"services.doctor.data.{key}", folder=folder, free=f"{free:.1f}"),
        fix=texts.get("services.doctor.data.fix_low") if low else "",
    )
