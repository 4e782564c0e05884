"""What is switched by hand: sends commands, follows each to its end, and takes it back.

Lives as long as the engine, whatever window is on it. What was switched for a trial is put back by
the engine (app.services.trials), also after a restart; here it is shown and wished for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.bridge.switching_offer import Offer, offer
from app.core.commands import FINISHED, Command, CommandRequest, CommandState, Value
from app.core.errors import UserFacing, WaysideError
from app.core.rows import PointKey
from app.services.acquisition import AttachedDevice
from app.services.commands_plan import equal, plan
from app.services.engine import Engine
from app.services.trials_book import key_of
from app.settings import Texts, account, limit
from app.tasks import Tasks

TICK_MS = 250
_NS = 1_000_000_000
S = CommandState
_SENT = (S.SENT, S.ACCEPTED, S.CONFIRMED, S.UNKNOWN, S.FAILED)
STANDING = (S.FAILED, S.REJECTED, S.EXPIRED, S.UNKNOWN)
"""Ends that a row keeps showing until somebody has looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """The last command of a point. ``steps`` are the moments at which it got so far, UTC ns.

    ``over`` says that nothing more is looked for; ``revert_ns`` when a trial is put back, 0 where
    none is open, and ``waits`` why that is not done though its time is over; ``undo_ns`` until when
    it may be undone, 0 while it is under way.
    """

    key: PointKey
    command: Command
    wanted: Value
    ours: bool
    undoes: bool = False
    read_back: bool = False
    has_feedback: bool = True
    over: bool = False
    revert_ns: int = 0
    waits: str = ""
    undo_ns: int = 0
    steps: dict[str, int] = field(default_factory=dict)

    @property
    def state(self) -> CommandState:
        """Where the command stands."""
        return self.command.state

    @property
    def for_eyes(self) -> bool:
        """Whether only a person can tell whether it is done."""
        return self.over and self.state is S.ACCEPTED

    def undoable(self, now_ns: int) -> bool:
        """Whether it can be undone from here now; a trial can be as long as it is not back."""
        if self.revert_ns:
            return self.over or not self.undoes
        command = self.command
        known = command.previous is not None and command.sent_ns > 0
        allowed = self.ours and not self.undoes and command.risk <= limit("commands", "risk_free")
        soon = not self.over or now_ns < self.undo_ns
        return known and allowed and soon and self.state in _SENT


class Switching(QObject):
    """One command at a time to a point.

    Signals:
        changed: something else is to be said of the point's command.
        failed: a wish could not be fulfilled, in words.
    """

    changed = Signal(PointKey)
    failed = Signal(str)

    def __init__(
        self,
        engine: Engine,
        texts: Texts,
        *,
        now_ns: Callable[[], int] = time.time_ns,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._texts = texts
        self._now_ns = now_ns
        self._tasks = Tasks("switching")
        self._all: dict[PointKey, Switched] = {}
        self._mine: dict[str, asyncio.Task[None]] = {}
        self._trials = engine.trials
        self._stops = (
            engine.commands.on_change(self._moved),
            engine.trials.on_change(self._trial_moved),
        )
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.look)
        for trial in self._trials.all():
            self._trial_moved(key_of(trial))

    # What is there

    def offer(self, key: PointKey, place: str, language: str) -> Offer | None:
        """What may be sent to a point, None where it has no command."""
        attached = self._attached(key.device)
        if attached is None:
            return None
        point = next((p for p in attached.profile.points if p.id == key.point), None)
        if point is None:
            return None
        found = offer(key, attached.profile, point, place=place, refused="", language=language)
        if found is None:
            return None
        action = f"command:{found.spec.id}"
        refused = self._engine.access.may(account(), action, key.device, found.spec.risk)
        if refused and found.spec.risk > limit("commands", "risk_free"):
            refused = self.tr(
                "A command of class {0} needs a preview and a confirmation, which this page does "
                "not give. Send it while commissioning, or with the device's own service tool."
            ).format(found.spec.risk)
        reverts_s = round(limit("commissioning", "revert_s"))
        return replace(found, refused=refused or "", revert_s=reverts_s)

    def of(self, key: PointKey) -> Switched | None:
        """The last command of a point, None where there is nothing to be said of one."""
        return self._all.get(key)

    def all(self) -> tuple[Switched, ...]:
        """Everything that was switched of late."""
        return tuple(self._all.values())

    def now_ns(self) -> int:
        """The time that undoing and putting back are counted by."""
        return self._now_ns()

    def last_undoable(self) -> Switched | None:
        """What an undo would take back: the command sent last, where it still can be."""
        now_ns = self._now_ns()
        found = [each for each in self._all.values() if each.undoable(now_ns)]
        return max(found, key=lambda each: each.command.created_ns, default=None)

    # Wishes

    def send(self, key: PointKey, command: str, value: Value, *, trial: bool = False) -> None:
        """Send a command; with ``trial`` it is put back by itself after a while.

        What cannot be sent is told by ``failed`` or by the state of the command.
        """
        request = CommandRequest(
            device=key.device,
            command=command,
            value=value,
            who=account(),
            why=self.tr("sent from the Live page"),
            id=f"live-{self._now_ns():x}",
            trial_s=limit("commissioning", "revert_s") if trial else 0.0,
        )
        try:
            plan(request, self._engine.connections, self._texts)
        except UserFacing as error:
            self.failed.emit(str(error))
            return
        self._mine[request.id] = self._tasks.spawn(self._send(request), request.id)

    async def _send(self, request: CommandRequest) -> None:
        try:
            await self._engine.commands.send(request)
            self._ended(request.id)
        except WaysideError as error:
            self.failed.emit(str(error))
        finally:
            self._mine.pop(request.id, None)

    def undo(self, key: PointKey) -> None:
        """Write again what was there before; what is still under way is not waited for."""
        switched = self._all.get(key)
        if switched is not None and switched.undoable(self._now_ns()):
            if not switched.revert_ns:
                self._put(replace(switched, over=True, undo_ns=0))
            self._tasks.spawn(self._undo(switched), "undo")

    async def _undo(self, switched: Switched) -> None:
        command = switched.command.id
        running = self._mine.get(command)
        if running is not None:
            running.cancel()
            await asyncio.wait({running})
        if self._trials.of(switched.key) is not None:
            self._trials.put_back(switched.key)
            return
        try:
            done = await self._engine.commands.undo(command, account())
        except WaysideError as error:
            self.failed.emit(str(error))
            self._ended(command)
        else:
            self._ended(done.id)

    def keep(self, key: PointKey) -> None:
        """A trial stays as it is."""
        self._tasks.spawn(self._keep(key), "keep")

    async def _keep(self, key: PointKey) -> None:
        try:
            await self._trials.keep(key, account())
        except WaysideError as error:
            self.failed.emit(str(error))

    def seen(self, key: PointKey, *, done: bool) -> None:
        """A person has looked at what no machine can see."""
        switched = self._all.get(key)
        if switched is not None and switched.for_eyes:
            self._tasks.spawn(self._seen(switched.command.id, done=done), "seen")

    async def _seen(self, command: str, *, done: bool) -> None:
        try:
            await self._engine.commands.seen(command, account(), done=done)
        except WaysideError as error:
            self.failed.emit(str(error))

    def dismiss(self, key: PointKey) -> None:
        """Somebody has read how it ended: the row says no more of it."""
        switched = self._all.get(key)
        if switched is not None and switched.over and not switched.undoable(self._now_ns()):
            del self._all[key]
            self.changed.emit(key)

    # What becomes of it

    def _moved(self, command: Command) -> None:
        attached = self._attached(command.request.device)
        specs = attached.profile.commands if attached is not None else ()
        spec = next((spec for spec in specs if spec.id == command.request.command), None)
        if spec is None:
            return
        key = PointKey(device=command.request.device, point=spec.point)
        before = self._all.get(key)
        if before is not None and before.revert_ns and before.command.id != command.id:
            quiet = command.request.puts_back
            if command.state in FINISHED and not command.sent_ns and not quiet:
                self.failed.emit(command.detail)
            if not command.sent_ns:
                # A trial is put back whatever was wished for meanwhile and did not leave.
                return
        if before is None or before.command.id != command.id:
            before = self._new(key, command, before)
        before = replace(before, has_feedback=bool(spec.feedback))
        measured = command.measured
        reads = measured is not None and equal(before.wanted, measured, spec.tolerance)
        now = replace(
            before,
            command=command,
            read_back=before.read_back or (reads and command.state in (S.ACCEPTED, S.CONFIRMED)),
            over=before.over or command.state in FINISHED,
        )
        steps = {command.state.value: command.changed_ns}
        if now.read_back and not before.read_back:
            steps["read_back"] = self._now_ns()
        self._put(self._on_trial(replace(now, steps=steps | before.steps)))
        if now.over and not before.over:
            self._ended(command.id)

    def _trial_moved(self, key: PointKey) -> None:
        """A trial began, ended, or waits for something else."""
        switched, trial = self._all.get(key), self._trials.of(key)
        if switched is None and trial is not None:
            # Of an earlier run of the program.
            command = self._trials.origin(trial)
            switched = self._new(key, command, None) if command is not None else None
            steps = {"queued": trial.sent_ns, "sent": trial.sent_ns}
            switched = switched and replace(switched, over=True, steps=steps)
        if switched is None:
            return
        self._put(self._on_trial(switched))
        if trial is None and switched.revert_ns and switched.command.id not in self._mine:
            self._ended(switched.command.id)

    def _on_trial(self, switched: Switched) -> Switched:
        """With what is known of the open trial of its point."""
        trial = self._trials.of(switched.key)
        if trial is None:
            return replace(switched, revert_ns=0, waits="")
        waits = self._trials.waits(switched.key)
        over = switched.over or bool(waits)
        return replace(switched, revert_ns=trial.due_ns, waits=waits, over=over)

    def _new(self, key: PointKey, command: Command, before: Switched | None) -> Switched:
        request, wanted = command.request, command.request.value
        try:
            wanted = plan(request, self._engine.connections, self._texts).wanted
        except UserFacing:
            wanted = request.value
        undone = before.command.id if before is not None else ""
        undoes = bool(request.puts_back or (undone and request.why == f"undo {undone}"))
        ours = undoes or request.id.startswith("live-")
        return Switched(key=key, command=command, wanted=wanted, ours=ours, undoes=undoes)

    def _ended(self, command: str) -> None:
        """Nothing more is looked for: from now on the time for an undo runs."""
        for switched in list(self._all.values()):
            if switched.command.id == command and not switched.undo_ns:
                until = self._now_ns() + int(limit("commands", "undo_s") * _NS)
                self._put(replace(switched, over=True, undo_ns=until))

    def _put(self, switched: Switched) -> None:
        self._all[switched.key] = switched
        self._tick.start()
        self.changed.emit(switched.key)

    @Slot()
    def look(self) -> None:
        """Count down; forget what is long done."""
        now_ns = self._now_ns()
        for key, switched in list(self._all.items()):
            if self._is_past(switched, now_ns):
                del self._all[key]
            elif switched.over and switched.state in STANDING and now_ns >= switched.undo_ns:
                continue
            self.changed.emit(key)
        if not self._all:
            self._tick.stop()

    @staticmethod
    def _is_past(switched: Switched, now_ns: int) -> bool:
        """Whether nothing is left to be done or to be told."""
        standing = switched.ours and (switched.state in STANDING or switched.for_eyes)
        # Without a moment it is just being taken back.
        past = switched.over and 0 < switched.undo_ns <= now_ns
        return past and not switched.revert_ns and not standing

    async def close(self) -> None:
        """Let go of what is under way; the engine puts back what is on trial."""
        self._tick.stop()
        for stop in self._stops:
            stop()
        await self._tasks.cancel()

    # Helpers

    def _attached(self, device: str) -> AttachedDevice | None:
        known = self._engine.connections.attached()
        return next((each for each in known if each.device.key == device), None)
