"""The running program as the window sees it: the engine's services behind models and signals."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.bridge.catalogue import Catalogue
from app.bridge.connection_form import ConnectionForm
from app.bridge.connections_model import ConnectionRow, ConnectionsModel
from app.bridge.diagnostics_model import DiagnosticsModel
from app.bridge.past_hour import PastHour
from app.core.assets import Device
from app.core.errors import WaysideError
from app.core.links import LinkState
from app.core.profiles import DeviceProfile
from app.links.registry import is_streamed
from app.links.secrets import MemorySecrets, Secrets
from app.services import connection_file
from app.services.connection_file import SavedConnection
from app.services.connections import ConnectionStatus
from app.services.engine import Engine
from app.settings import Texts
from app.tasks import Tasks
from app.wording import os_reason, reworded, said, words_of

LOOK_MS = 1000
SETTLE_MS = 100
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """What the status bar shows; ``links`` are (name, state, words)."""

    links: tuple[tuple[str, str, str], ...] = ()
    pending: int = 0
    store_bytes: int = 0
    problems: int = 0


class Session(QObject):
    """Brings the engine's state to the models once a second, and the user's wishes to the engine.

    Signals:
        catalogue_changed: there are other assets or devices; ``catalogue`` has them.
        status_changed: the status bar's facts were looked up; ``status`` has them.
        operation_done: a wish was fulfilled, in words.
        operation_failed: a wish failed, in words: seen, cause, action.
        diagnosis_ended: the last finding of the running diagnosis is in.
    """

    catalogue_changed = Signal()
    status_changed = Signal()
    operation_done = Signal(str)
    operation_failed = Signal(str)
    diagnosis_ended = Signal()

    def __init__(
        self,
        engine: Engine,
        texts: Texts,
        secrets: Secrets,
        now_ns: Callable[[], int] = time.time_ns,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.engine = engine
        self.tasks = Tasks("session")
        self.connections = ConnectionsModel(self)
        self.diagnostics = DiagnosticsModel(self)
        self.form = ConnectionForm(engine.library, texts, self)
        self.status = StatusView()
        self.catalogue = Catalogue(language=texts.language)
        self._hours: dict[str, PastHour] = {}
        self._removed: SavedConnection | None = None
        self._language = texts.language
        self._texts = texts
        self._secrets = secrets
        self._now_ns = now_ns
        self._shape: tuple[object, ...] = ()
        self._diagnosis: asyncio.Task[None] | None = None
        self._stop = engine.connections.on_change(self._moved)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self.look)
        # Many links move at once when a network goes: one look after they settled.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.look)

    def start(self) -> None:
        """Look now and each second from now on."""
        self.look()
        self._look.start()

    async def close(self) -> None:
        """End what was begun for the window; the engine stays."""
        self._look.stop()
        self._settle.stop()
        self._stop()
        await self.tasks.cancel()

    def _moved(self, _name: str) -> None:
        self._settle.start()

    @Slot()
    def look(self) -> None:
        """Bring every model up to now."""
        statuses = self.engine.connections.status()
        self.connections.set_rows([self._row(status) for status in statuses])
        self._look_at_devices(statuses)
        store = self.engine.store.status()
        self.status = StatusView(
            links=tuple(
                (
                    status.saved.name,
                    status.link.state.value,
                    self.connections.state_text(self._row(status)),
                )
                for status in statuses
                if status.saved.enabled
            ),
            pending=store.pending_samples,
            store_bytes=store.bytes,
            problems=len(self.engine.problems.standing()),
        )
        self.status_changed.emit()

    def _row(self, status: ConnectionStatus) -> ConnectionRow:
        link, saved = status.link, status.saved
        closed = link.state is LinkState.CLOSED
        last_ns = 0
        if link.state is LinkState.SILENT:
            counters = self.engine.acquisition.counters
            last_ns = max((counters(d.device.key).last_ns for d in status.devices), default=0)
        now = self._now_ns()
        hour = self._hours.setdefault(saved.name, PastHour())
        errors = hour.look(link.errors, time.monotonic())
        return ConnectionRow(
            name=saved.name,
            url=saved.url,
            state=link.state,
            detail=link.detail,
            rtt_s=link.rtt_s,
            per_s=None if closed else round(status.samples_per_s),
            errors=None if closed else errors,
            error=link.error,
            error_ns=link.error_ns,
            silent_s=float((now - last_ns) // _NS) if last_ns else 0.0,
            retry_s=float(max(0, link.retry_at_ns - now) // _NS) if link.retry_at_ns else 0.0,
            enabled=saved.enabled,
            recording=self.engine.captures.file(saved.name) is not None,
        )

    def _look_at_devices(self, statuses: tuple[ConnectionStatus, ...]) -> None:
        shape = tuple((status.saved, status.devices) for status in statuses)
        if shape == self._shape:
            return
        self._shape = shape
        profiles: dict[str, DeviceProfile] = {}
        devices: dict[str, Device] = {}
        for status in statuses:
            streamed = is_streamed(status.saved.url)
            for each in status.devices:
                if each.streamed if streamed else each.polled:
                    devices[each.device.key] = each.device
                    profiles[each.device.profile] = each.profile
        self.catalogue = Catalogue.of(devices.values(), profiles, language=self._language)
        self.catalogue_changed.emit()

    # Wishes of the user

    def saved(self, name: str) -> SavedConnection | None:
        """The saved connection of that name."""
        return next((s for s in self.engine.connections.saved() if s.name == name), None)

    def save_form(self) -> None:
        """Keep the connection of the form, added or changed."""
        connection, secrets = self.form.connection(), self.form.secrets()
        before = self.form.saved.name if self.form.saved else ""
        done = self.tr("Saved {0}").format(connection.name)
        self._do(lambda: self._save_form(connection, before, secrets), done)

    async def _save_form(
        self, connection: SavedConnection, before: str, secrets: dict[str, str]
    ) -> None:
        if (now := self.saved(before)) is not None:
            # It may have been disabled since it was loaded into the form.
            connection = replace(connection, enabled=now.enabled)
        await self._save(connection, before, secrets)
        self.form.keep(connection)

    async def _save(
        self, connection: SavedConnection, before: str, secrets: dict[str, str]
    ) -> None:
        for field, value in secrets.items():
            await self._secrets.set(connection.name, field, value)
        if before == connection.name:
            await self.engine.connections.change(connection)
            return
        await self.engine.connections.add(connection)
        if before:
            await self.engine.connections.remove(before)

    def enable(self, name: str, *, enabled: bool) -> None:
        """Open or close a connection for good."""
        text = self.tr("Enabled {0}") if enabled else self.tr("Disabled {0}")
        connections = self.engine.connections
        self._do(lambda: connections.enable(name, enabled), text.format(name))

    def remove(self, name: str) -> None:
        """Forget a connection; ``bring_back`` takes that back."""
        self._removed = self.saved(name)
        connections = self.engine.connections
        self._do(lambda: connections.remove(name), self.tr("Removed {0}").format(name))

    def bring_back(self) -> None:
        """Add again what was removed last; a password of it has to be typed again."""
        if self._removed is not None:
            done = self.tr("{0} is back").format(self._removed.name)
            removed, self._removed = self._removed, None
            self._do(lambda: self.engine.connections.add(removed), done)

    def import_file(self, file: Path) -> None:
        """Add the connections of a file; those whose names are taken are changed."""
        try:
            found = connection_file.parse(file.read_bytes())
        except (OSError, connection_file.ConnectionFileError) as error:
            reason = os_reason(error) if isinstance(error, OSError) else words_of(error)
            text = self.tr("{0} cannot be imported: {1}. Nothing was changed.")
            self.operation_failed.emit(text.format(file, said(reason, self._texts)))
            return
        self._do(
            lambda: self._import(found), self.tr("Connections imported: {0}").format(len(found))
        )

    def export_file(self, file: Path) -> None:
        """Write all connections to a file, without their secrets."""
        try:
            connection_file.save(file, self.engine.connections.saved())
        except OSError as error:
            text = self.tr("{0} cannot be written: {1}.")
            self.operation_failed.emit(text.format(file, said(os_reason(error), self._texts)))
            return
        self.operation_done.emit(self.tr("Exported to {0}").format(file))

    async def _import(self, connections: tuple[SavedConnection, ...]) -> None:
        for connection in connections:
            known = self.saved(connection.name) is not None
            await self._save(connection, connection.name if known else "", {})

    def test_form(self) -> None:
        """Diagnose what the form holds; findings appear in ``diagnostics``.

        Raises:
            UserFacing: a field is wrong.
        """
        connection = self.form.trial()
        self.diagnostics.clear()
        if self._diagnosis is not None:
            self._diagnosis.cancel()
        secrets = self.form.secrets()
        work = self._guarded(lambda: self._diagnose(connection, secrets), "")
        self._diagnosis = self.tasks.spawn(work, "diagnosis")

    def ports(self) -> list[tuple[str, str]]:
        """The serial ports of this machine: device and a label that names the adapter."""
        from app.links.ports import serial_ports

        return [(port.device, f"{port.device} · {port.title}") for port in serial_ports()]

    async def _diagnose(self, connection: SavedConnection, secrets: dict[str, str]) -> None:
        typed: Secrets | None = None
        if secrets:
            known = {(connection.name, field): value for field, value in secrets.items()}
            typed = MemorySecrets(known)
        try:
            async for finding in self.engine.connections.diagnose(connection, typed):
                self.diagnostics.add(finding)
        finally:
            self.diagnosis_ended.emit()

    def record(self, name: str) -> None:
        """Start to record a connection's raw bytes, or stop."""
        captures = self.engine.captures
        try:
            if done := captures.stop(name):
                self.operation_done.emit(self.tr("Recorded to {0}").format(done))
            elif file := captures.start(name):
                self.operation_done.emit(self.tr("Recording to {0}").format(file))
            else:
                self.operation_failed.emit(self.tr("{0} is not open.").format(name))
        except WaysideError as error:
            self.operation_failed.emit(str(reworded(error, self._texts)))
        self.look()

    def _do(self, work: Callable[[], Coroutine[Any, Any, None]], done: str) -> None:
        self.tasks.spawn(self._guarded(work, done), "operation")

    async def _guarded(self, work: Callable[[], Coroutine[Any, Any, None]], done: str) -> None:
        # The work is made here: a task that is cancelled before it began leaves none behind.
        try:
            await work()
        except WaysideError as error:
            self.operation_failed.emit(str(reworded(error, self._texts)))
        else:
            if done:
                self.operation_done.emit(done)
        self.look()
