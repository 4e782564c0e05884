"""The saved connections: kept in a file, opened as links, watched, diagnosed."""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.callbacks import Callbacks, Unsubscribe
from app.core.errors import LinkError, UserFacing, WaysideError
from app.core.links import Finding, LinkState, LinkStatus
from app.core.profiles import DeviceProfile, Point
from app.core.rows import PointKey
from app.links.base import Link
from app.links.registry import build_link, parse_url
from app.links.secrets import NoSecrets, Secrets
from app.profiles.library import Library
from app.services import connection_file
from app.services.acquisition import Acquisition, AttachedDevice
from app.services.connection_devices import resolve
from app.services.connection_file import SavedConnection
from app.services.counters import LinkCounters, Rate
from app.services.problems import Problem, Problems, Severity
from app.settings import Texts, Words
from app.wording import os_reason, worded

_UP = (LinkState.CONNECTED, LinkState.SILENT, LinkState.CLOSED)
_DOWN = (LinkState.WAITING, LinkState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionStatus:
    """One connection now: what is saved, what its link does, what came in."""

    saved: SavedConnection
    link: LinkStatus
    counters: LinkCounters
    samples_per_s: float
    devices: tuple[AttachedDevice, ...]


class Connections:
    """All connections of one data folder. Every change is in the file before it takes effect."""

    def __init__(
        self,
        file: Path,
        library: Library,
        acquisition: Acquisition,
        problems: Problems,
        *,
        secrets: Secrets | None = None,
        texts: Texts | None = None,
    ) -> None:
        self._file = file
        self._library = library
        self._acquisition = acquisition
        self._problems = problems
        self._secrets = secrets or NoSecrets()
        self._texts = texts or Texts()
        self._saved: dict[str, SavedConnection] = {}
        self._links: dict[str, Link] = {}
        self._devices: dict[str, tuple[AttachedDevice, ...]] = {}
        self._discovered: dict[str, dict[str, AttachedDevice]] = {}
        self._profiles: dict[str, DeviceProfile] = {}
        self._rates: dict[str, Rate] = {}
        self._stops: dict[str, Unsubscribe] = {}
        self._changed: Callbacks[str] = Callbacks()
        self._edit = asyncio.Lock()
        acquisition.on_discovered(self._device_discovered)

    async def load(self) -> None:
        """Read the file; what is wrong with it becomes a standing problem, never an error."""
        loaded = await asyncio.to_thread(connection_file.load, self._file)
        self._saved = {saved.name: saved for saved in loaded.connections}
        for saved in loaded.connections:
            self._take_devices(saved)
        if loaded.mistake:
            detail = "detail_copy" if loaded.used else "detail_none"
            self._report(
                "connections-file",
                "connections_damaged",
                detail=Words(
                    f"services.problem.connections_damaged.{detail}",
                    {"mistake": loaded.mistake, "kept": loaded.kept},
                ),
                dismissable=True,
            )

    def on_change(self, listener: Callable[[str], None]) -> Unsubscribe:
        """Be told the name of a connection that was added, changed, removed or whose link moved."""
        return self._changed.subscribe(listener)

    def saved(self) -> tuple[SavedConnection, ...]:
        """Every connection as it is kept, in the order of the file."""
        return tuple(self._saved.values())

    def link(self, name: str) -> Link | None:
        """The open link of a connection, None where it is disabled or cannot be built."""
        return self._links.get(name)

    def status(self) -> tuple[ConnectionStatus, ...]:
        """Every connection now; cheap, for a page that looks each second."""
        now = time.monotonic()
        found = []
        for name, saved in self._saved.items():
            link = self._links.get(name)
            counters = self._acquisition.link_counters(name)
            rate = self._rates.setdefault(name, Rate())
            found.append(
                ConnectionStatus(
                    saved=saved,
                    link=link.status if link else LinkStatus(state=LinkState.CLOSED),
                    counters=counters,
                    samples_per_s=rate.look(counters.samples, now),
                    devices=self._devices_of(name),
                )
            )
        return tuple(found)

    def attached(self) -> tuple[AttachedDevice, ...]:
        """Every device of every connection, also of those that are closed, and the discovered."""
        return tuple(device for name in self._saved for device in self._devices_of(name))

    def point(self, key: PointKey) -> Point | None:
        """What the profile of the point's device says of it; None for a device not known."""
        profile = self._profiles.get(key.device)
        if profile is None:
            return None
        return next((point for point in profile.points if point.id == key.point), None)

    async def open_all(self) -> None:
        """Open every enabled connection; returns when each first attempt is over."""
        async with self._edit:
            enabled = [saved for saved in self._saved.values() if saved.enabled]
            await asyncio.gather(*(self._open(saved) for saved in enabled))

    async def add(self, connection: SavedConnection) -> None:
        """Keep a new connection and open it.

        Raises:
            UserFacing: no name, a name that is taken, a URL with a mistake, or a full disk.
        """
        async with self._edit:
            if not connection.name.strip():
                raise worded(UserFacing, self._texts, "services.connections.no_name")
            if connection.name in self._saved:
                key = "services.connections.name_taken"
                raise worded(UserFacing, self._texts, key, name=connection.name)
            parse_url(connection.url, self._texts)
            await self._write({**self._saved, connection.name: connection})
            await self._apply(connection)

    async def change(self, connection: SavedConnection) -> None:
        """Replace the connection of that name and open it anew.

        Raises:
            UserFacing: there is none, a URL with a mistake, or a full disk.
        """
        async with self._edit:
            before = self._must_exist(connection.name)
            parse_url(connection.url, self._texts)
            if connection.discover != before.discover:
                self._discovered.pop(connection.name, None)
            await self._write({**self._saved, connection.name: connection})
            await self._apply(connection)

    async def enable(self, name: str, enabled: bool) -> None:
        """Open or close a connection and keep it so."""
        await self.change(replace(self._must_exist(name), enabled=enabled))

    async def ensure(self, name: str) -> Link | None:
        """The open link of a connection; one that is closed is opened, and kept so.

        A link that is open is left to those who use it already. None where it cannot be built.
        """
        async with self._edit:
            saved = self._must_exist(name)
            if self._links.get(name) is None:
                if not saved.enabled:
                    saved = replace(saved, enabled=True)
                    await self._write({**self._saved, name: saved})
                await self._apply(saved)
            return self._links.get(name)

    async def remove(self, name: str) -> None:
        """Close a connection and forget it and its secrets.

        Raises:
            UserFacing: there is none of that name, or a full disk.
        """
        async with self._edit:
            self._must_exist(name)
            await self._write({key: saved for key, saved in self._saved.items() if key != name})
            await self._close(name)
            await self._secrets.forget(name)
            self._devices.pop(name, None)
            self._discovered.pop(name, None)
            self._problems.clear_all(f"device:{name}:")
            self._changed.fire(name)

    async def diagnose(
        self, connection: SavedConnection, secrets: Secrets | None = None
    ) -> AsyncIterator[Finding]:
        """The ordered findings about a connection, saved or not yet.

        A link that is open is closed meanwhile: a serial port, and many a gateway, serves one.
        ``secrets`` are those of a form that is not saved.
        """
        # Its checks know every protocol there is; loading them must not hold the loop.
        await asyncio.to_thread(importlib.import_module, "app.links.diagnostics")
        from app.links.diagnostics import diagnose

        params = parse_url(connection.url, self._texts)
        devices, _ = resolve(self._library, connection)
        first = next((d for d in devices if d.profile.modbus or d.profile.mqtt), None)
        async with self._edit:
            was_open = self._links.get(connection.name) is not None
            await self._close(connection.name)
            try:
                findings = diagnose(
                    params,
                    texts=self._texts,
                    secrets=secrets or self._secrets,
                    profile=first.profile if first else None,
                    unit=first.device.unit if first else None,
                    link=connection.name,
                )
                async for finding in findings:
                    yield finding
            finally:
                saved = self._saved.get(connection.name)
                if was_open and saved is not None:
                    await self._open(saved)

    async def close(self) -> None:
        """Close every link; the saved connections stay."""
        async with self._edit:
            await asyncio.gather(*(self._close(name) for name in list(self._links)))

    async def _apply(self, connection: SavedConnection) -> None:
        await self._close(connection.name)
        self._take_devices(connection)
        if connection.enabled:
            await self._open(connection)
        self._changed.fire(connection.name)

    async def _open(self, saved: SavedConnection) -> None:
        discover = self._announced(saved)
        problem_id = f"link:{saved.name}"
        try:
            params = parse_url(saved.url, self._texts)
            link = build_link(saved.name, params, secrets=self._secrets, texts=self._texts)
            self._acquisition.attach(link, self._devices[saved.name], discover=discover)
            self._links[saved.name] = link
            self._stops[saved.name] = link.on_status(self._status_listener(saved.name))
            await link.open()
        except (UserFacing, LinkError) as error:
            self._report(
                problem_id, "link_invalid", source=saved.name, detail=str(error), name=saved.name
            )
            self._changed.fire(saved.name)

    async def _close(self, name: str) -> None:
        if stop := self._stops.pop(name, None):
            stop()
        link = self._links.pop(name, None)
        await self._acquisition.detach(name)
        if link is not None:
            await link.close()
        self._problems.clear(f"link:{name}")

    def _status_listener(self, name: str) -> Callable[[LinkStatus], None]:
        problem_id = f"link:{name}"

        def changed(status: LinkStatus) -> None:
            if status.state in _UP:
                self._problems.clear(problem_id)
            elif status.state in _DOWN:
                self._report(
                    problem_id,
                    "link_down",
                    source=name,
                    detail=status.error or status.detail,
                    name=name,
                )
            self._changed.fire(name)

        return changed

    def _take_devices(self, saved: SavedConnection) -> None:
        found, missing = resolve(self._library, saved)
        self._devices[saved.name] = found
        self._profiles.update({item.device.key: item.profile for item in found})
        self._problems.clear_all(f"device:{saved.name}:")
        for device, profile in missing:
            self._report(
                f"device:{saved.name}:{device}",
                "device",
                source=saved.name,
                detail=Words("services.problem.device.detail", {"profile": profile}),
                device=device,
            )

    def _devices_of(self, name: str) -> tuple[AttachedDevice, ...]:
        return (*self._devices.get(name, ()), *self._discovered.get(name, {}).values())

    def _device_discovered(self, found: tuple[str, AttachedDevice]) -> None:
        # A link that was closed meanwhile announces its devices again.
        name, attached = found
        self._discovered.setdefault(name, {})[attached.device.key] = attached
        self._profiles[attached.device.key] = attached.profile
        self._changed.fire(name)

    def _announced(self, saved: SavedConnection) -> DeviceProfile | None:
        try:
            return self._library.profile(saved.discover) if saved.discover else None
        except (KeyError, WaysideError):
            return None

    def _must_exist(self, name: str) -> SavedConnection:
        if name not in self._saved:
            raise worded(UserFacing, self._texts, "services.connections.unknown", name=name)
        return self._saved[name]

    async def _write(self, connections: dict[str, SavedConnection]) -> None:
        try:
            # In a thread: a sync to a busy disk may take longer than a frame.
            await asyncio.to_thread(connection_file.save, self._file, list(connections.values()))
        except OSError as error:
            raise worded(
                UserFacing,
                self._texts,
                "services.connections.unsaved",
                error=os_reason(error),
                folder=self._file.parent,
            ) from error
        self._saved = connections

    def _report(
        self,
        problem_id: str,
        text: str,
        *,
        source: str = "",
        detail: Words | str = "",
        dismissable: bool = False,
        **values: object,
    ) -> None:
        self._problems.report(
            Problem(
                id=problem_id,
                severity=Severity.WARNING,
                title=Words(f"services.problem.{text}.title", values),
                source=source,
                detail=detail,
                action=Words(f"services.problem.{text}.action"),
                dismissable=dismissable,
            )
        )
