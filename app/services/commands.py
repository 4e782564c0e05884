"""Commands: the only way to change anything in the street.

Request, access, durable intent with its audit entry, one write before it expires, read-back, and
the effect in the physical world. Only CONFIRMED says that the street did it. Nothing is ever sent
twice, nothing is kept for later, and nothing fires late.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import replace

from app.core.callbacks import Callbacks, Unsubscribe
from app.core.commands import Command, CommandRequest, CommandState, Trial
from app.core.errors import StoreUnavailable, UserFacing
from app.links.base import PolledLink, StreamedLink
from app.services.access import Access
from app.services.audit import Audit
from app.services.commands_modbus import ModbusWire
from app.services.commands_mqtt import MqttWire
from app.services.commands_plan import Plan, Reach, is_up, plan
from app.services.commands_run import Clocks, CommandRun, Hands
from app.services.commands_wire import Wire
from app.services.live import LiveBuffers
from app.services.trials_book import TrialBook
from app.settings import Texts, limit
from app.store.records_reading import AuditDraft
from app.tasks import Tasks
from app.wording import worded

_log = logging.getLogger(__name__)
S = CommandState
ACTION = "command"


class Commands:
    """Sends commands, one at a time to a device, and knows what became of each.

    ``trials`` is the book of what was switched for a while; app.services.trials puts it back.
    """

    def __init__(
        self,
        reach: Reach,
        live: LiveBuffers,
        access: Access,
        audit: Audit,
        *,
        texts: Texts | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        self._records = audit.records
        self.trials = TrialBook(audit.records)
        self._reach = reach
        self._live = live
        self._access = access
        self._audit = audit
        self._texts = texts or Texts()
        self._clocks = clocks or Clocks()
        self._changed: Callbacks[Command] = Callbacks()
        self._turns: dict[str, asyncio.Lock] = {}
        self._looks: dict[str, set[asyncio.Timeout]] = {}
        self._active: dict[str, Command] = {}
        self._runs: dict[str, asyncio.Task[Command | StoreUnavailable]] = {}
        self._tasks = Tasks("commands")

    def on_change(self, listener: Callable[[Command], None]) -> Unsubscribe:
        """Be told of each change of state, and of what a command waits for."""
        return self._changed.subscribe(listener)

    def active(self) -> tuple[Command, ...]:
        """Commands under way now, in the order they were asked for."""
        return tuple(self._active.values())

    async def send(self, request: CommandRequest) -> Command:
        """Carry a request out; returns the command in its last state.

        CONFIRMED: read back, and the effect seen where the profile names one. ACCEPTED: taken, and
        only a person can see the rest (``seen``). UNKNOWN: it may have been done. REJECTED,
        FAILED and EXPIRED say why in ``detail``. A request whose id is known is not done again.

        Raises:
            StoreUnavailable: the intent could not be recorded; nothing was sent.
        """
        command, found = self._begin(request)
        running = self._runs.get(command.id)
        if running is not None:
            await asyncio.wait({running})
            return self._end(running, command)
        work = self._tasks.spawn(self._through(command, found), command.id)
        self._runs[command.id] = work
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError:
            work.cancel()
            await asyncio.wait({work})
            raise
        finally:
            del self._runs[command.id]
            last = self._active.pop(command.id, command)
        return self._end(work, last)

    @staticmethod
    def _end(work: asyncio.Task[Command | StoreUnavailable], last: Command) -> Command:
        if work.cancelled():
            return last
        end = work.result()
        if isinstance(end, StoreUnavailable):
            raise end
        return end

    async def _through(self, command: Command, found: Plan | None) -> Command | StoreUnavailable:
        """The whole way of one command; a store that refuses is the caller's to be told."""
        try:
            kept = await self._intend(command)
            if kept is command:
                self._tell(command)
            if kept is not command or found is None:
                return kept
            return await self._carry_out(command, found)
        except StoreUnavailable as error:
            return error

    async def _intend(self, command: Command) -> Command:
        """Make the intent durable; the command that is kept under that id already, if there is one.

        It is not torn apart by a cancelled caller: what is durable then is durably cancelled.
        """
        work = self._records.begin_command(command, self._draft(command))
        writing = self._tasks.spawn(work, f"intent {command.id}")
        try:
            kept: Command = await asyncio.shield(writing)
        except asyncio.CancelledError:
            if await writing is command and command.state is S.QUEUED:
                await self._cancelled(command)
            raise
        return kept

    async def undo(self, command_id: str, who: str) -> Command:
        """Write again what was there before a command of class 0 or 1.

        Raises:
            UserFacing: it is not known, or cannot be undone.
            StoreUnavailable: the intent could not be recorded.
        """
        command = await self._kept(command_id)
        if command.previous is None or command.risk > limit("commands", "risk_free"):
            raise worded(UserFacing, self._texts, "commands.no_undo")
        request = replace(
            command.request, value=command.previous, who=who, why=f"undo {command.id}", id=""
        )
        return await self.send(request)

    async def seen(self, command_id: str, who: str, *, done: bool) -> Command:
        """A person has looked at what no machine can see: the command is CONFIRMED or FAILED.

        Raises:
            UserFacing: the command does not wait for that.
            StoreUnavailable: it is not recorded.
        """
        command = await self._kept(command_id)
        if command.state not in (S.ACCEPTED, S.UNKNOWN) or command_id in self._active:
            raise worded(UserFacing, self._texts, "commands.not_waiting_for_eyes")
        text = self._texts.get(f"commands.eyes_{'yes' if done else 'no'}", who=who)
        state = S.CONFIRMED if done else S.FAILED
        moved = command.moved(state, self._clocks.now_ns(), detail=text, effect=text)
        draft = self._audit.draft(
            who, "command_seen", command.request.device, detail=command.id, result=state.value
        )
        await self._records.save_command(moved, draft)
        self._changed.fire(moved)
        return moved

    async def recover(self) -> list[Command]:
        """After a start: what was under way is UNKNOWN, and is looked at again, never re-sent.

        Returns when all are durably UNKNOWN; the looking waits for the links in the background.
        """
        try:
            kept = await self._records.commands(unfinished=True)
        except StoreUnavailable as error:
            _log.warning("commands of the last run could not be read: %s", error)
            return []
        found: list[Command] = []
        newest: set[tuple[str, str]] = set()
        for command in kept:
            place = (command.request.device, command.request.command)
            if command.state is not S.UNKNOWN:
                key = "restarted" if command.sent_ns else "restarted_unsent"
                text = self._texts.get(f"commands.{key}")
                command = command.moved(S.UNKNOWN, self._clocks.now_ns(), detail=text)  # noqa: PLW2901
                await self._mark(command)
                self._changed.fire(command)
            found.append(command)
            age_s = (self._clocks.now_ns() - command.created_ns) / 1e9
            if place not in newest and age_s < limit("commands", "reread_s"):
                self._tasks.spawn(self._look_again(command), f"again {command.id}")
            newest.add(place)
        return found

    async def close(self) -> None:
        """End what is under way; what may have been sent is UNKNOWN."""
        await self._tasks.cancel()

    def _begin(self, request: CommandRequest) -> tuple[Command, Plan | None]:
        """The command of a request, and its plan; without one it is refused, and says why."""
        now_ns = self._clocks.now_ns()
        command = Command(
            id=request.id or uuid.uuid4().hex,
            request=request,
            risk=0,
            created_ns=now_ns,
            expires_ns=now_ns + int(request.expires_s * 1e9),
            changed_ns=now_ns,
        )
        try:
            found = plan(request, self._reach, self._texts)
        except UserFacing as error:
            return command.moved(S.REJECTED, now_ns, detail=str(error)), None
        command = replace(command, risk=found.spec.risk)
        action = f"{ACTION}:{request.command}"
        reason = self._access.may(request.who, action, request.device, found.spec.risk)
        if reason is not None:
            return command.moved(S.REJECTED, now_ns, detail=reason), None
        if not is_up(self._reach.link(found.attached.device.link)):
            text = self._texts.get("commands.offline", link=found.attached.device.link)
            return command.moved(S.FAILED, now_ns, detail=text), None
        return command, found

    async def _carry_out(self, command: Command, found: Plan) -> Command:
        turn = self._turns.setdefault(command.request.device, asyncio.Lock())
        self._hurry(command.request)
        if turn.locked():
            self._tell(replace(command, detail=self._texts.get("commands.in_turn")))
        try:
            await turn.acquire()
        except asyncio.CancelledError:
            await self._cancelled(command)
            raise
        try:
            return await self._run(command, found).run()
        finally:
            turn.release()

    async def _cancelled(self, command: Command) -> None:
        text = self._texts.get("commands.cancelled_before")
        command = command.moved(S.FAILED, self._clocks.now_ns(), detail=text)
        await self._records.save_command(command, self._draft(command))
        self._tell(command)

    def _run(self, command: Command, found: Plan) -> CommandRun:
        hands = Hands(
            keep=self._keep,
            trials=self.trials,
            tell=self._tell,
            texts=self._texts,
            clocks=self._clocks,
        )
        return CommandRun(command, found, self._wire(found), hands)

    def _wire(self, found: Plan) -> Wire:
        link = self._reach.link(found.attached.device.link)
        if isinstance(link, StreamedLink) and not found.polled:
            return MqttWire(link, found, self._live, texts=self._texts, now_ns=self._clocks.now_ns)
        if isinstance(link, PolledLink) and found.polled:
            return ModbusWire(link, found, texts=self._texts, now_ns=self._clocks.now_ns)
        raise worded(
            UserFacing,
            self._texts,
            "commands.not_writable",
            point=found.point.id,
            title=found.profile.title,
        )

    async def _look_again(self, command: Command) -> None:
        """Wait for the link, then look once at what became of a command of the last run."""
        changed = asyncio.Event()
        stop = self._reach.on_change(lambda _: changed.set())
        try:
            while True:
                changed.clear()
                try:
                    found = plan(command.request, self._reach, self._texts)
                except UserFacing:
                    found = None
                if found is not None and is_up(self._reach.link(found.attached.device.link)):
                    break
                await changed.wait()
        finally:
            stop()
        await self._look(command, found)
        self._active.pop(command.id, None)

    def _hurry(self, request: CommandRequest) -> None:
        """Looking at what was may take minutes: half the time that a new command may wait is its.

        What puts a trial back wants to know the end of it.
        """
        if request.puts_back:
            return
        until = asyncio.get_running_loop().time() + request.expires_s / 2
        for scope in self._looks.get(request.device, ()):
            if not scope.expired():
                scope.reschedule(min(until, scope.when() or until))

    async def _look(self, command: Command, found: Plan) -> None:
        """Look in turn; a new command does not wait for its end for ever (``_hurry``)."""
        device = command.request.device
        turn = self._turns.setdefault(device, asyncio.Lock())
        scope = asyncio.timeout(None)
        try:
            async with scope:
                self._looks.setdefault(device, set()).add(scope)
                async with turn:
                    await self._run(command, found).look_again()
        except TimeoutError:
            if not scope.expired():
                raise
            command = replace(command, detail=self._texts.get("commands.overtaken"))
            await self._mark(command)
            self._changed.fire(command)
        finally:
            self._looks.get(device, set()).discard(scope)

    async def _mark(self, command: Command) -> None:
        """Keep what a restart found; a full disk must not keep the program from starting."""
        try:
            await self._records.save_command(command, self._draft(command))
        except StoreUnavailable as error:
            _log.warning("command %s is %s: %s", command.id, command.state.value, error)

    async def _kept(self, command_id: str) -> Command:
        command = await self._records.command(command_id)
        if command is None:
            raise worded(UserFacing, self._texts, "commands.no_command")
        return command

    async def _keep(self, command: Command, audited: bool, trial: Trial | None) -> None:
        draft = self._draft(command) if audited else None
        await self._records.save_command(command, draft, trial)

    def _tell(self, command: Command) -> None:
        self._active[command.id] = command
        self._changed.fire(command)

    def _draft(self, command: Command) -> AuditDraft:
        request = command.request
        permit = self._access.permit_for(request.device, command.risk) if command.risk > 1 else None
        parts = [
            f"{request.command} = {request.value!r}",
            request.why,
            permit.why if permit else "",
        ]
        return self._audit.draft(
            request.who,
            f"{ACTION}:{request.command}",
            request.device,
            detail="; ".join(part for part in (*parts, command.detail) if part),
            result=command.state.value,
        )
