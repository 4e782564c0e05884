"""Errors say what was seen, why, and what to do; one tree."""

import inspect

from app.core import errors
from app.core.links import LINK_TRANSITIONS, LinkState
from app.core.quality import Quality, is_bad, is_good


def test_message_joins_what_was_seen_the_cause_and_the_action():
    error = errors.LinkTimeout("read(11, 0, 2): no answer.", cause="Unit off.", action="Retry.")
    assert str(error) == "read(11, 0, 2): no answer. Unit off. Retry."


def test_profile_error_names_file_table_key_and_line():
    error = errors.ProfileError(
        "must be a number", file="a.toml", table="point[2]", key="x", line=9
    )
    assert str(error) == "a.toml:9: point[2].x: must be a number"


def test_every_error_is_in_the_tree():
    classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass)]
    assert all(issubclass(cls, errors.WaysideError) for cls in classes)


def test_link_transitions_are_total():
    assert set(LINK_TRANSITIONS) == set(LinkState)
    for state, targets in LINK_TRANSITIONS.items():
        assert LinkState.CLOSED in targets or state is LinkState.CLOSED


def test_quality_classes():
    assert is_good(Quality.GOOD)
    assert not is_good(Quality.UNCERTAIN)
    assert is_bad(Quality.BAD_RANGE)
    assert not is_bad(Quality.ABSENT)
    assert not is_good(Quality.ABSENT)
