"""Outputs that checks move: what was there before, and whether the device is so again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from app.commissioning.checks.ramp import command_of
from app.commissioning.frames import Trace
from app.commissioning.job import Job
from app.core.commands import Command, CommandState, Value
from app.core.profiles import DeviceProfile
from app.services.commands_plan import equal, name, shown
from app.settings import Texts

S = CommandState
UNREACHED, REFUSED, UNLIKE = "unreached", "refused", "unlike"
UNSEEN = "unseen"
"""How it is worded that nobody has waited for the end of putting an output back."""
LEFT = "left"
"""The kind of frame that tells in evidence of an output which its device refuses to put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One output that was changed, and what it was before.

    ``end`` is what became of putting it back: empty (not tried yet), ``unreached``, ``refused``, or
    ``unlike`` where the device took the command and is not as before. ``measured`` is what it said
    of itself then.
    """

    slot: str
    command: str
    value: Value
    end: str = ""
    measured: Value | None = None


def left_after(output: Output, sent: Command, profile: DeviceProfile) -> Output | None:
    """None where the device is as it was before the check; else the output as it is left.

    Only the device's own word counts. That an effect is missing is the matter of checks: a lamp
    that is dark at the level it had is put back.
    """
    if sent.state in (S.CONFIRMED, S.ACCEPTED):
        return None
    spec = command_of(profile, output.command)
    measured = sent.measured
    if sent.state is S.REJECTED:
        # Nothing was changed. A level may fade yet; the set-point says where it goes.
        measured = sent.before if sent.previous is None else sent.previous
    if measured is not None and equal(output.value, measured, spec.tolerance):
        return None
    end = UNREACHED
    if sent.sent_ns and sent.state in (S.REJECTED, S.FAILED):
        end = REFUSED if sent.state is S.REJECTED else UNLIKE
    return replace(output, end=end, measured=measured)


def note_of(output: Output) -> str:
    """What the evidence tells of an output that is left, to be read again by ``left_in``."""
    return msgspec.json.encode(output).decode()


def left_in(trace: Trace) -> Output | None:
    """The output that its device refused to put back in this attempt; None where there is none.

    Raises:
        ValueError: what the evidence tells of it cannot be read.
    """
    for frame in trace.frames:
        if frame.kind == LEFT:
            try:
                return msgspec.json.decode(frame.note, type=Output)
            except msgspec.MsgspecError as error:
                raise ValueError(str(error)) from error
    return None


def told_outputs(
    job: Job, profiles: Mapping[str, DeviceProfile], texts: Texts, check: str = ""
) -> tuple[str, ...]:
    """What is still switched for the checks of a job, or for one of them, each in words.

    What it is, what it was before, and why it is not put back.
    """
    return tuple(
        _told(msgspec.convert(kept, Output), job, profiles, texts)
        for name, outputs in job.outputs.items()
        if check in ("", name)
        for kept in outputs
    )


def _told(output: Output, job: Job, profiles: Mapping[str, DeviceProfile], texts: Texts) -> str:
    chinese = texts.language.startswith("zh")
    titled = next((one for one in job.plan if one.slot == output.slot and one.device), None)
    device = (titled.device_zh if chinese else titled.device) if titled else ""
    point, measured, value = output.command, output.measured, str(output.value)
    if (profile := profiles.get(output.slot)) is not None:
        spec = command_of(profile, output.command)
        found = profile.point(spec.feedback or spec.point)
        point = name(found, texts.language)
        measured = shown(found, output.measured, texts.language)
        value = shown(found, output.value, texts.language)
    return texts.get(
        f"commissioning.left.{output.end or UNSEEN}",
        device=device or output.slot,
        point=point,
        measured=measured,
        value=value,
    )
