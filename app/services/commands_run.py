"""One command from its durable intent to its end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from app.core.commands import Command, CommandState, Trial, Value
from app.core.errors import StoreUnavailable
from app.core.rows import PointKey
from app.services.commands_plan import Plan, equal, name, shown
from app.services.commands_watch import Found, Watch
from app.services.commands_wire import Answer, Sent, Wire
from app.services.trials_book import TrialBook
from app.settings import Texts

_log = logging.getLogger(__name__)
S = CommandState
_AFTER_WRITE = {
    Sent.ACCEPTED: S.ACCEPTED,
    Sent.REJECTED: S.REJECTED,
    Sent.NOT_SENT: S.FAILED,
    Sent.SILENT: S.UNKNOWN,
}
_WORDS = {Sent.REJECTED: "rejected", Sent.NOT_SENT: "not_sent", Sent.SILENT: "silent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The wall clock (UTC nanoseconds) and the steady one (seconds)."""

    now_ns: Callable[[], int] = time.time_ns
    steady: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What a run does to the outside: keeps the command (durably), and tells of it.

    ``keep`` takes the command, whether it belongs into the audit, and its trial where that changes.
    """

    keep: Callable[[Command, bool, Trial | None], Awaitable[None]]
    trials: TrialBook
    tell: Callable[[Command], None]
    texts: Texts
    clocks: Clocks


class CommandRun:
    """Carries one command out. ``command`` is where it stands."""

    def __init__(self, command: Command, plan: Plan, wire: Wire, hands: Hands) -> None:
        self.command = command
        self._plan = plan
        self._wire = wire
        self._hands = hands
        self._texts = hands.texts
        left_s = (command.expires_ns - hands.clocks.now_ns()) / 1e9
        self._until = hands.clocks.steady() + left_s
        self._leaving = False
        self._watch = Watch(plan, wire, texts=hands.texts, say=self._say)

    async def run(self) -> Command:
        """To the end; a cancelled one is UNKNOWN where its bytes may have left.

        Raises:
            StoreUnavailable: it could not be recorded that it is about to be sent; it was not.
        """
        try:
            if await self._prepare() and await self._send():
                found = await self._watch.watch()
                await self._found(found)
        except asyncio.CancelledError:
            await self._cancelled()
            raise
        finally:
            self._wire.close()
        return self.command

    async def look_again(self) -> Command:
        """After a restart: only look, and say what was found."""
        try:
            self._watch.begin()
            if not self.command.sent_ns:
                reading = self._plan.feedback and await self._wire.look(self._plan.feedback)
                await self._never_sent(reading.value if reading else None)
            else:
                found = await self._watch.watch()
                if found.state in (S.CONFIRMED, S.FAILED):
                    key = "found_confirmed" if found.state is S.CONFIRMED else "found_failed"
                    text = self._texts.get(f"commands.{key}", detail=found.detail)
                    await self._found(replace(found, detail=text))
        finally:
            self._wire.close()
        return self.command

    async def _never_sent(self, measured: Value | None) -> None:
        detail = self._texts.get("commands.unsent_final")
        if (feedback := self._plan.feedback) is not None and measured is not None:
            detail = self._texts.get(
                "commands.unsent_found",
                point=name(feedback, self._texts.language),
                measured=shown(feedback, measured, self._texts.language),
            )
        await self._move(S.FAILED, detail=detail, measured=measured)

    def expired(self) -> bool:
        """Whether it may not be sent any more, by the wall clock or by the steady one.

        Both, because one of them stands still while the machine sleeps, and the other can be set.
        """
        clocks = self._hands.clocks
        return clocks.now_ns() >= self.command.expires_ns or clocks.steady() >= self._until

    async def _prepare(self) -> bool:
        """Look at what is there before, and make sure that it may still be sent."""
        if await self._is_over():
            return False
        silent = await self._watch.look_before()
        if silent is not None:
            detail = self._texts.get("commands.silent_before", reason=silent.problem)
            await self._move(S.FAILED, detail=detail)
            return False
        previous = None
        if "r" in self._plan.point.access:
            previous = (await self._wire.look(self._plan.point)).value
        feedback = self._plan.feedback
        before = self._watch.before.get(feedback.id) if feedback else None
        self.command = replace(self.command, before=before, previous=previous)
        if await self._is_over() or await self._is_refused():
            return False
        trial = self._hands.trials.of(PointKey(device=self._plan.device, point=self._plan.point.id))
        if trial is not None and not self.command.request.puts_back:
            # What is only tried out is nothing to go back to.
            self.command = replace(self.command, previous=trial.value)
        return True

    async def _is_refused(self) -> bool:
        """Whether a trial could not be put back, or a point is not as its trial left it."""
        request, previous = self.command.request, self.command.previous
        if previous is None and (request.trial_s or request.only_from):
            key = "trial_unknown" if request.trial_s else "back_unknown"
            await self._move(S.FAILED, detail=self._texts.get(f"commands.{key}"))
            return True
        allowed = (*request.only_from, self._plan.wanted) if request.only_from else ()
        tolerance = self._plan.spec.tolerance
        if previous is None or not allowed or any(equal(v, previous, tolerance) for v in allowed):
            return False
        language = self._texts.language
        detail = self._texts.get(
            "commands.changed_meanwhile",
            point=name(self._plan.point, language),
            now=shown(self._plan.point, previous, language),
        )
        await self._move(S.REJECTED, detail=detail)
        return True

    async def _is_over(self) -> bool:
        if not self.expired():
            return False
        seconds = f"{self.command.request.expires_s:g}"
        detail = self._texts.get("commands.expired_state", seconds=seconds)
        await self._move(S.EXPIRED, detail=detail)
        return True

    async def _send(self) -> bool:
        """Write once; False where that was the end of it."""
        try:
            # Durable before a byte leaves: a QUEUED command that is found later was never sent.
            await self._move(
                S.SENT,
                detail=self._texts.get("commands.sending"),
                sent_ns=self._hands.clocks.now_ns(),
                trial=self._hands.trials.leaving,
                must=True,
            )
        except StoreUnavailable:
            self._set(S.FAILED, detail=self._texts.get("commands.unrecorded"))
            self._hands.tell(self.command)
            raise
        self._watch.begin()
        self._leaving = True
        command = self.command
        answer = await self._wire.write(command.id, command.expires_ns, lambda: not self.expired())
        await self._answered(answer)
        return self.command.state in (S.ACCEPTED, S.UNKNOWN)

    async def _answered(self, answer: Answer) -> None:
        point = self._plan.feedback
        if answer.sent is Sent.ACCEPTED and point is None:
            detail = self._texts.get("commands.taken")
        elif answer.sent is Sent.ACCEPTED and point is not None:
            language = self._texts.language
            detail = self._texts.get(
                "commands.accepted",
                point=name(point, language),
                wanted=shown(point, self._plan.wanted, language),
            )
        else:
            detail = self._texts.get(f"commands.{_WORDS[answer.sent]}", reason=answer.detail)
        sent_ns = 0 if answer.sent is Sent.NOT_SENT else self.command.sent_ns
        left = self._hands.trials.left
        await self._move(_AFTER_WRITE[answer.sent], detail=detail, sent_ns=sent_ns, trial=left)

    async def _found(self, found: Found) -> None:
        if found.state in (self.command.state, S.ACCEPTED):
            # Still ACCEPTED or UNKNOWN: there is more to say, and nothing more to find.
            self.command = replace(
                self.command, detail=found.detail, effect=found.effect, measured=found.measured
            )
            self._with_frames()
            await self._keep(must=False)
            return
        await self._move(
            found.state,
            detail=found.detail,
            measured=found.measured,
            effect=found.effect,
            trial=self._hands.trials.left,
        )

    async def _cancelled(self) -> None:
        if self.command.state in (S.QUEUED, S.SENT) and not self._leaving:
            detail = self._texts.get("commands.cancelled_before")
            left = self._hands.trials.left
            await self._move(S.FAILED, detail=detail, sent_ns=0, trial=left)
        elif self.command.state in (S.SENT, S.ACCEPTED):
            await self._move(S.UNKNOWN, detail=self._texts.get("commands.cancelled_after"))

    def _say(self, detail: str, measured: Value | None) -> None:
        if detail != self.command.detail:
            self.command = replace(self.command, detail=detail, measured=measured)
            self._hands.tell(self.command)

    async def _move(
        self,
        state: CommandState,
        *,
        must: bool = False,
        trial: Callable[[Command, Plan], Trial | None] | None = None,
        **changes: Any,  # noqa: ANN401
    ) -> None:
        """Go to a state, durably, then tell. After the write a full disk only delays the record."""
        before = self.command
        self._set(state, **changes)
        try:
            await self._keep(must=must, trial=trial and trial(self.command, self._plan))
        except StoreUnavailable:
            self.command = before
            raise

    def _set(self, state: CommandState, **changes: Any) -> None:  # noqa: ANN401
        self.command = self.command.moved(state, self._hands.clocks.now_ns(), **changes)
        self._with_frames()

    def _with_frames(self) -> None:
        frames = self._wire.frames
        self.command = replace(self.command, raw=frames.lines(), frames=frames.kept())

    async def _keep(self, *, must: bool, trial: Trial | None = None) -> None:
        try:
            await self._hands.keep(self.command, not must, trial)
        except asyncio.CancelledError:
            # It may be durable all the same: what is owed is taken for that.
            if trial is not None:
                self._hands.trials.take(trial)
            raise
        except StoreUnavailable as error:
            if must:
                raise
            # What the street did is told all the same; a restart finds the last durable state.
            _log.warning("command %s is %s: %s", self.command.id, self.command.state.value, error)
        if trial is not None:
            self._hands.trials.take(trial)
        self._hands.tell(self.command)
