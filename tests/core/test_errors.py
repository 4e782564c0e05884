"""Errors say what was seen, why, and what to do; one tree."""

import inspect

import pytest

from app.core import errors
from app.core.links import LINK_TRANSITIONS, LinkState
from app.core.quality import Quality, is_bad, is_good
from app.settings import Texts
from app.wording import reworded, said_in, told


def test_message_joins_what_was_seen_the_cause_and_the_action():
    error = errors.LinkTimeout("read(11, 0, 2): no answer.", cause="Unit off.", action="Retry.")
    assert str(error) == "read(11, 0, 2): no answer. Unit off. Retry."


def test_profile_error_names_file_table_key_and_line():
    error = errors.ProfileError(
        "must be a number", file="a.toml", table="point[2]", key="x", line=9
    )
    assert str(error) == "a.toml:9: point[2].x: must be a number"


def test_every_error_is_in_the_tree():
    found = inspect.getmembers(errors, inspect.isclass)
    classes = [cls for _, cls in found if cls.__module__ == errors.__name__]
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


def test_an_error_from_deep_below_is_said_again_in_the_users_language():
    error = told(errors.StoreUnavailable, "services.folder.in_use", folder="/data", process=7)
    with pytest.raises(errors.StoreUnavailable) as raised, said_in(Texts("zh_CN")):
        raise error
    assert raised.value is error
    expected = Texts("zh_CN").get("services.folder.in_use.seen", folder="/data", process=7)
    assert error.seen == expected
    assert str(error).startswith(expected)
    plain = errors.LinkDown("as it is")
    assert reworded(plain, Texts("zh_CN")).seen == "as it is"


def test_chinese_sentences_stand_without_a_space_between():
    error = errors.UserFacing("连接失败。", cause="端口关闭。", action="Retry.")
    assert str(error) == "连接失败。端口关闭。Retry."
