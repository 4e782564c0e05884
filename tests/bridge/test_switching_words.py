"""What is said of a command by hand in each of its states: steps, row, and what to do next."""

from dataclasses import replace

import pytest

from app.bridge.switching import Switched
from app.bridge.switching_words import next_action, row_state, steps
from app.core.commands import Command, CommandRequest, CommandState
from app.core.rows import PointKey

NS = 1_000_000_000
KEY = PointKey(device="SP-0001/lamp1", point="dim_command")
REQUEST = CommandRequest(device=KEY.device, command="dim", value=40.0, who="Li Wei")
ORDER = ("queued", "sent", "accepted")


def switched(state: CommandState, reached: int, *, sent: bool = True, **more) -> Switched:
    command = Command(
        id="live-1",
        request=REQUEST,
        risk=1,
        created_ns=NS,
        expires_ns=61 * NS,
        state=state,
        previous=70.0,
        sent_ns=2 * NS if sent else 0,
    )
    moments = {name: (at + 1) * NS for at, name in enumerate(ORDER[:reached])}
    facts = {"wanted": 40.0, "ours": True, "over": True, "steps": moments} | more
    return Switched(key=KEY, command=command, **facts)


@pytest.mark.parametrize(
    ("found", "marks", "action"),
    [
        (switched(CommandState.QUEUED, 1, sent=False, over=False), "pass running", ""),
        (switched(CommandState.SENT, 2, over=False), "pass pass running", ""),
        (switched(CommandState.ACCEPTED, 3, over=False, read_back=True),
         "pass pass pass pass running", ""),
        (switched(CommandState.ACCEPTED, 3, has_feedback=False), "pass pass pass not_fitted asked",
         "Look"),
        (switched(CommandState.UNKNOWN, 2), "pass pass warn", "may have been done"),
        (switched(CommandState.FAILED, 3), "pass pass pass fail", "fault"),
        (switched(CommandState.FAILED, 1, sent=False), "pass fail", "Test the connection"),
        (switched(CommandState.REJECTED, 2), "pass pass fail", "operated locally"),
        (switched(CommandState.REJECTED, 0, sent=False), "fail", ""),
        (switched(CommandState.EXPIRED, 1, sent=False), "pass fail", "Nothing was sent"),
        (switched(CommandState.CONFIRMED, 3, read_back=True), "pass pass pass pass pass", ""),
    ],
    ids=lambda each: each.state.value if isinstance(each, Switched) else None,
)  # fmt: skip
def test_how_far_it_got_and_what_to_do(found, marks, action):
    shown = [line.mark for line in steps(found)]
    assert shown == (marks.split() + ["none"] * 5)[:5]
    said = next_action(found)
    assert action in said
    assert bool(said) == bool(action)


def test_an_unknown_end_can_be_undone_for_as_long_as_its_time_lasts():
    found = switched(CommandState.UNKNOWN, 2, undo_ns=20 * NS)
    assert row_state(found, 12 * NS) == ("warn", "undo 8 s")
    assert found.undoable(12 * NS)
    assert not found.undoable(20 * NS)
    assert row_state(found, 21 * NS) == ("warn", "unknown")


def test_what_was_not_sent_from_here_cannot_be_undone_here():
    assert not switched(CommandState.CONFIRMED, 3, undo_ns=20 * NS, ours=False).undoable(NS)


def test_a_trial_counts_down_and_then_says_why_it_is_not_back():
    found = switched(CommandState.CONFIRMED, 3, read_back=True, revert_ns=60 * NS, undo_ns=12 * NS)
    assert row_state(found, 20 * NS) == ("pass", "back 40 s")
    assert found.undoable(20 * NS)
    late = replace(found, waits="The link Pole is down.")
    assert row_state(late, 70 * NS) == ("warn", "not put back")
    assert "The link Pole is down." in next_action(late)
    assert late.undoable(70 * NS)
    assert not replace(late, undoes=True, over=False).undoable(70 * NS)
