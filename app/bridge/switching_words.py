"""What is said of a command sent by hand: in its row, step by step, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.bridge.switching import Switched
from app.core.commands import CommandState

S = CommandState
_NS = 1_000_000_000
_ORDER = (S.QUEUED, S.SENT, S.ACCEPTED)
_ENDS = {S.REJECTED: "fail", S.FAILED: "fail", S.EXPIRED: "fail", S.UNKNOWN: "warn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """A step of a command: ``mark`` is pass, running, fail, warn, asked, none or not_fitted."""

    title: str
    mark: str
    after: str = ""


def row_state(switched: Switched, now_ns: int) -> tuple[str, str]:
    """The mark and the few words of a row."""
    translate = QCoreApplication.translate
    if switched.waits:
        return "warn", translate("Switching", "not put back")
    if switched.revert_ns and not switched.undoes:
        left = _seconds(switched.revert_ns, now_ns)
        return _mark(switched), translate("Switching", "back {0} s").format(left)
    if switched.over and switched.undoable(now_ns):
        left = _seconds(switched.undo_ns, now_ns)
        return _mark(switched), translate("Switching", "undo {0} s").format(left)
    return _mark(switched), state_word(switched)


def _mark(switched: Switched) -> str:
    if switched.state is S.UNKNOWN:
        return "warn"
    if switched.state is S.CONFIRMED:
        return "pass"
    if switched.state in (S.FAILED, S.REJECTED, S.EXPIRED):
        return "fail"
    return "asked" if switched.for_eyes else "running"


def state_word(switched: Switched) -> str:
    """Where the command stands, in one or two words."""
    translate = QCoreApplication.translate
    if switched.for_eyes:
        return translate("Switching", "look at it")
    if switched.state is S.ACCEPTED and switched.read_back:
        return translate("Switching", "read back")
    if switched.undoes and switched.state is S.CONFIRMED:
        return translate("Switching", "put back")
    words = {
        S.QUEUED: translate("Switching", "pending"),
        S.SENT: translate("Switching", "sent"),
        S.ACCEPTED: translate("Switching", "accepted"),
        S.CONFIRMED: translate("Switching", "confirmed"),
        S.REJECTED: translate("Switching", "refused"),
        S.FAILED: translate("Switching", "failed"),
        S.EXPIRED: translate("Switching", "expired"),
        S.UNKNOWN: translate("Switching", "unknown"),
    }
    return words[switched.state]


def steps(switched: Switched) -> tuple[StepLine, ...]:
    """The five steps of a command and how far it got."""
    translate = QCoreApplication.translate
    pending = translate("Switching", "Pending")
    titles = (
        translate("Switching", "Undo: pending") if switched.undoes else pending,
        translate("Switching", "Sent"),
        translate("Switching", "Acknowledged"),
        translate("Switching", "Read back"),
        translate("Switching", "Confirmed: the effect is there"),
    )
    done = _done(switched)
    marks = [*("pass",) * done, *("none",) * (5 - done)]
    if done < 5:
        now = _ENDS.get(switched.state, "asked" if switched.for_eyes else "running")
        # Without a feedback the effect is what comes next.
        marks[4 if done == 3 and not switched.has_feedback else done] = now
    if not switched.has_feedback:
        marks[3] = "not_fitted"
    names = ("queued", "sent", "accepted", "read_back", "confirmed")
    begun = switched.command.created_ns
    return tuple(
        StepLine(title=title, mark=mark, after=_after(switched.steps.get(name, 0), begun))
        for title, mark, name in zip(titles, marks, names, strict=True)
    )


def _done(switched: Switched) -> int:
    """How many of the steps are behind it."""
    if switched.state is S.CONFIRMED:
        return 5
    reached = [at for at, state in enumerate(_ORDER) if state.value in switched.steps]
    done = max(reached, default=0) + 1 if reached else 0
    if switched.state in (S.QUEUED, S.REJECTED, S.EXPIRED) and not switched.command.sent_ns:
        return 1 if switched.state is S.EXPIRED or switched.state is S.QUEUED else 0
    if switched.state is S.FAILED and not switched.command.sent_ns:
        return 1
    return 4 if switched.read_back else min(done, 3)


def _after(moment_ns: int, begun_ns: int) -> str:
    if not moment_ns or moment_ns < begun_ns:
        return ""
    return f"+{(moment_ns - begun_ns) / _NS:.1f} s"


def _seconds(until_ns: int, now_ns: int) -> int:
    return max(0, -(-(until_ns - now_ns) // _NS))


def next_action(switched: Switched) -> str:
    """The one thing to do after an end that is none to be glad of; empty where there is none."""
    translate = QCoreApplication.translate
    sent = switched.command.sent_ns > 0
    if switched.waits:
        text = translate("Switching", "The trial is over and still to be put back. Not yet: {0}")
        return text.format(switched.waits)
    if switched.for_eyes:
        return translate("Switching", "Look, then say whether it is so.")
    if switched.state is S.UNKNOWN and switched.over:
        return translate(
            "Switching", "It may have been done. Look at the feedback, then send it again or undo."
        )
    if switched.state is S.REJECTED and sent:
        return translate(
            "Switching", "Nothing changed. Look whether the device reports a fault, or is set to "
            "be operated locally."
        )  # fmt: skip
    if switched.state is S.FAILED and sent:
        return translate(
            "Switching", "Look at the points of the device for a fault, then send it again."
        )
    if switched.state in (S.FAILED, S.EXPIRED):
        return translate("Switching", "Nothing was sent. Test the connection, then send it again.")
    return ""
