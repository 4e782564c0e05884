"""The transition table of commands: nothing ever leaves it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.commands import COMMAND_TRANSITIONS, FINISHED, Command, CommandRequest, CommandState

S = CommandState
REQUEST = CommandRequest(device="d", command="dim", value=1, who="w")


@given(st.lists(st.sampled_from(S), max_size=12))
def test_no_walk_leaves_the_table(states) -> None:
    command = Command(id="a", request=REQUEST, risk=0, created_ns=0, expires_ns=1)
    path = [command.state]
    for number, state in enumerate(states, 1):
        if state in COMMAND_TRANSITIONS[command.state]:
            command = command.moved(state, number)
            path.append(state)
            assert (command.state, command.changed_ns) == (state, number)
        else:
            with pytest.raises(ValueError, match="does not go"):
                command.moved(state, number)
    # Whatever came: what was confirmed after a silence had been sent, and an end is an end.
    if S.CONFIRMED in path and path[-2] is S.UNKNOWN:
        assert path[-1] is S.CONFIRMED
    assert all(state not in FINISHED for state in path[:-1])


def test_the_table_knows_every_state() -> None:
    assert set(COMMAND_TRANSITIONS) == set(S)
    assert {S.CONFIRMED, S.FAILED, S.REJECTED, S.EXPIRED} == FINISHED
    assert not any(S.QUEUED in after for after in COMMAND_TRANSITIONS.values())
    assert S.SENT not in COMMAND_TRANSITIONS[S.UNKNOWN], "nothing is ever sent again"
