"""The hands of a running check: reads, commands that are put back, questions."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.commissioning.checks.base import Question
from app.commissioning.checks.config import settable
from app.commissioning.checks.ramp import command_of
from app.commissioning.field_access import AssetField
from app.commissioning.frames import Reading, Trace
from app.commissioning.limits import LimitTable
from app.commissioning.outputs import LEFT, REFUSED, UNLIKE, Output, left_after, note_of
from app.commissioning.planning import PlannedCheck
from app.core.commands import Command, CommandRequest, CommandState, Value
from app.core.commissioning import Frame
from app.core.errors import DeviceRefused, LinkDown, LinkError
from app.core.links import LinkState
from app.core.profiles import DeviceProfile, ModbusAddress, ModbusDefaults, Point
from app.core.rows import PointKey
from app.profiles.kinds import width
from app.profiles.planning import Block, blocks
from app.tasks import Tasks
from app.wording import told

_TAKEN_S = 5.0
"""How long it is waited for that a device takes a command whose end is not waited for."""
Ask = Callable[[Question], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What the engine lends a check: asking a person, keeping outputs and backups, its limits."""

    ask: Ask
    moved: Callable[[Sequence[Output]], Awaitable[None]]
    back_up: Callable[[str, Mapping[str, Any]], Awaitable[None]]
    who: str
    limits: LimitTable


class CheckRig:
    """Implements Rig for one attempt of one check.

    Every output is read before it is first changed, and kept durably; ``restore`` writes it back.
    ``left`` are those that an attempt before could not put back.
    """

    def __init__(
        self,
        field: AssetField,
        check: PlannedCheck,
        hands: Hands,
        *,
        last_try: bool,
        left: Sequence[Output] = (),
    ) -> None:
        self._field = field
        self._check = check
        self._hands = hands
        self._last = last_try
        self._tasks = Tasks(f"check {check.id}")
        self._notes: list[Frame] = []
        self._extra: list[Frame] = []
        self._outputs = list(left)
        self._denied: set[tuple[str, str]] = set()
        self.answer = ""
        self.start_ns = field.clock.now_ns()

    @property
    def last_try(self) -> bool:
        """Whether no automatic retry comes after this one."""
        return self._last

    @property
    def units(self) -> Mapping[str, int]:
        """The Modbus unit of each device that a polled link reaches."""
        return self._field.units

    def profile(self, slot: str) -> DeviceProfile:
        """The profile of a device."""
        return self._field.profiles[slot]

    def now_ns(self) -> int:
        """The time."""
        return self._field.clock.now_ns()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._field.clock.sleep(seconds)

    def frames(self) -> tuple[Frame, ...]:
        """The evidence so far."""
        taped = self._field.frames(self._check.slots, self.start_ns)
        found = [*taped, *self._extra, *self._notes]
        return tuple(sorted(found, key=lambda frame: frame.time_ns))

    def why(self, error: LinkError) -> str:
        """What is to be told of it: where the link is down, the link's own words."""
        return self._field.why_down(error) if isinstance(error, LinkDown) else str(error)

    def note(self, slot: str, text: str, kind: str = "lost") -> None:
        """Keep why bytes are missing."""
        self._notes.append(
            Frame(kind=kind, time_ns=self.now_ns(), device=slot, note=text, request="", response="")
        )

    async def read(self, slot: str, *points: str) -> dict[str, Reading]:
        """Read points now; all readable ones where none is named.

        Raises:
            LinkError: the link or the device did not answer. A refused block is an answer.
        """
        link = self._field.polled
        if link is None or slot not in self._field.units:
            raise LinkDown(f"{slot} cannot be asked over this link.")
        profile = self.profile(slot)
        wanted = [
            point
            for point in profile.points
            if point.modbus is not None
            and "r" in point.access
            and (not points or point.id in points)
        ]
        start = self.now_ns()
        await self._read_blocks(slot, wanted)
        trace = Trace(self._field.frames([slot], start), {slot: profile})
        bad = Reading(time_ns=self.now_ns(), value=None, quality=0x85)
        return {point.id: trace.last(slot, point.id) or bad for point in wanted}

    async def _read_blocks(self, slot: str, wanted: list[Point]) -> None:
        limits = self.profile(slot).modbus or ModbusDefaults()
        addresses = [point.modbus for point in wanted if point.modbus is not None]
        for block in blocks(addresses, limits.max_block, limits.max_gap):
            try:
                await self._read_block(slot, block)
            except DeviceRefused:
                await self._read_singly(slot, [one for one in addresses if _covers(block, one)])

    async def _read_singly(self, slot: str, addresses: list[ModbusAddress]) -> None:
        """One address that is refused must not hide what the others say."""
        for address in addresses if len(addresses) > 1 else ():
            for block in blocks([address], width(address), 0):
                with suppress(DeviceRefused):
                    await self._read_block(slot, block)

    async def _read_block(self, slot: str, block: Block) -> None:
        link = self._field.polled
        if link is not None:
            await self._wait_its_turn(slot)
            await link.read(self._field.units[slot], block.table, block.address, block.count)

    async def _wait_its_turn(self, slot: str) -> None:
        """A unit that was silent is asked at growing distances; a check waits for its turn once."""
        link = self._field.polled
        if link is not None and (left := link.backing_off(self._field.units[slot])) > 0:
            await self.sleep(min(left, self._hands.limits.get("turn_s").value))

    async def listen(self, seconds: float) -> None:
        """Take messages for that long; a link that is not up is told as such."""
        link = self._field.streamed
        if link is None or link.status.state not in (LinkState.CONNECTED, LinkState.SILENT):
            error = link.status.error if link is not None else ""
            raise LinkDown(error) if error else told(LinkDown, "jobs.messages_down")
        await self.sleep(seconds)

    async def identify(self, slot: str) -> None:
        """Ask for the device identification; a refusal is an answer."""
        link = self._field.polled
        if link is None:
            return
        try:
            await link.identify(self._field.units[slot])
        except DeviceRefused:
            return

    def asked(self, slot: str) -> bool:
        """Whether the device has been asked anything at its own unit since this check began."""
        own = self._field.units.get(slot)
        trace = Trace(self._field.frames([slot], self.start_ns), {slot: self.profile(slot)})
        return any(one.request.unit == own for one in trace.exchanges(slot))

    async def probe(self, slot: str, unit: int) -> bool:
        """Whether a device answers at another unit to what ours would be asked."""
        link = self._field.polled
        point = next(p for p in self.profile(slot).points if p.modbus and "r" in p.access)
        if link is None or point.modbus is None:
            return False
        self._field.call(unit, slot)
        table, address = point.modbus.table, point.modbus.address
        try:
            async with asyncio.timeout(self._hands.limits.get("probe_s").value):
                await link.read(unit, table, address, 1)
        except DeviceRefused:
            return True
        except (LinkError, TimeoutError):
            return False
        return True

    async def command(
        self, slot: str, command: str, value: Value, *, keep: bool = False
    ) -> Command:
        """Send a command of the device's profile; what was there before is kept to be restored."""
        # What was started before would hold the device's turn until its own end.
        await self._tasks.cancel()
        spec = command_of(self.profile(slot), command)
        if not keep:
            await self._remember(slot, spec.point, command)
        return await self._send(slot, command, value, spec.risk)

    async def move(self, slot: str, command: str, value: Value, within_s: float) -> None:
        """Send a command that is restored at the end; what takes longer goes on until the next."""
        await self._tasks.cancel()
        spec = command_of(self.profile(slot), command)
        await self._remember(slot, spec.point, command)
        sending = self._tasks.spawn(self._send(slot, command, value, spec.risk), command)
        await asyncio.wait({sending}, timeout=within_s)
        if sending.done():
            await sending

    async def write_point(
        self, slot: str, point: str, value: Value, *, keep: bool = False
    ) -> Command | None:
        """The command that writes a point; None where the profile has none."""
        command = settable(self.profile(slot), point)
        return await self.command(slot, command, value, keep=keep) if command else None

    async def start(self, slot: str, command: str, value: Value) -> None:
        """Send a command whose end is not waited for; that it has its turn and leaves is."""
        # One command at a time to a device: the one before would hold its turn.
        await self._tasks.cancel()
        left, sent = asyncio.Event(), asyncio.Event()
        spec = command_of(self.profile(slot), command)
        own = uuid.uuid4().hex

        def changed(moved: Command) -> None:
            # The same command of the last run may be looked at meanwhile.
            if moved.request.id != own:
                return
            if moved.state is not CommandState.QUEUED:
                left.set()
            if moved.state not in (CommandState.QUEUED, CommandState.SENT):
                sent.set()

        stop = self._field.around.sender.on_change(changed)
        try:
            work = self._send(slot, command, value, spec.risk, own)
            sending = self._tasks.spawn(work, command)
            sending.add_done_callback(lambda _: left.set())
            # Another command may have the turn: it waits no longer than until it expires.
            await left.wait()
            async with asyncio.timeout(_TAKEN_S):
                await sent.wait()
        except TimeoutError:
            return
        finally:
            stop()

    async def restore(self) -> None:
        """Put every output back, the last first; one that is not as before stays kept.

        A device that says no, or does not follow, is not told again in this attempt.
        """
        await self._tasks.cancel()
        for output in reversed(tuple(self._outputs)):
            if (output.slot, output.command) in self._denied:
                continue
            profile = self.profile(output.slot)
            spec = command_of(profile, output.command)
            sent = await self._send(output.slot, output.command, output.value, spec.risk)
            left = left_after(output, sent, profile)
            place = self._outputs.index(output)
            self._outputs[place : place + 1] = [left] if left else []
            if left is not None and left.end in (REFUSED, UNLIKE):
                self._denied.add((left.slot, left.command))
            if left is not None and left.end == REFUSED:
                self.note(left.slot, note_of(left), LEFT)
            await self._hands.moved(tuple(self._outputs))

    async def ask(self, question: Question) -> str:
        """A person's answer, which is kept with the evidence."""
        self.answer = await self._hands.ask(question)
        return self.answer

    async def back_up(self, slot: str, values: Mapping[str, Value]) -> None:
        """Keep settings in the job."""
        await self._hands.back_up(slot, values)

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What is not restored yet."""
        return tuple(self._outputs)

    async def close(self) -> None:
        """End what was started and not waited for."""
        await self._tasks.cancel()

    async def _remember(self, slot: str, point: str, command: str) -> None:
        if any(o.slot == slot and o.command == command for o in self._outputs):
            return
        found = self.profile(slot).point(point)
        if "r" not in found.access:
            return
        device, by_hand = self._field.device(slot), self._field.around.by_hand
        before = (await self.read(slot, point)).get(point)
        # What somebody tries out by hand is not what was there before.
        trial = by_hand.of(PointKey(device=device, point=point))
        value = trial.value if trial else before.value if before else None
        if value is not None:
            self._outputs.append(Output(slot=slot, command=command, value=value))
            await self._hands.moved(tuple(self._outputs))
        if trial is not None:
            await by_hand.hand_over(device, point, self._hands.who)

    async def _send(
        self, slot: str, command: str, value: Value, risk: int, number: str = ""
    ) -> Command:
        device = self._field.device(slot)
        revoke = self._field.around.access.permit(device, risk, f"check {self._check.id}")
        try:
            sent = await self._field.around.sender.send(
                CommandRequest(
                    device=device,
                    command=command,
                    value=value,
                    who=self._hands.who,
                    why=f"check {self._check.id}",
                    id=number,
                )
            )
        finally:
            revoke()
        self._extra.extend(frame for frame in sent.frames if frame.kind == "mqtt")
        return sent


def _covers(block: Block, address: ModbusAddress) -> bool:
    first = block.address
    return block.table is address.table and first <= address.address < first + block.count
