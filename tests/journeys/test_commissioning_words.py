"""The words of every failure, as a table: what was seen, the limit, the cause, what to do now."""

from __future__ import annotations

import tomllib
from string import Formatter

import pytest

from app.settings import RESOURCES

PARTS = ("seen", "cause", "do", "else")
MEASURED = {"value", "good", "seen", "other", "share"}
LIMIT = {"limit", "unit_no"}
NO_LIMIT = {
    ("any", "no_answer"),
    ("any", "link_down"),
    ("discover", "silent"),
    ("messages_readable", "none"),
}
"""What has a limit in words: one answer, one message, a link."""


def table(language):
    file = RESOURCES / "i18n" / language / "commissioning.toml"
    return tomllib.loads(file.read_text("utf-8"))["fail"]


EN, ZH = table("en"), table("zh_CN")
CASES = [(owner, code) for owner, codes in EN.items() for code in codes]


def places(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_failures():
    assert {(owner, code) for owner, codes in ZH.items() for code in codes} == set(CASES)


@pytest.mark.parametrize(("owner", "code"), CASES, ids="-".join)
def test_a_failure_says_what_was_measured_the_limit_and_what_to_do(owner, code):
    for words in (EN[owner][code], ZH[owner][code]):
        assert set(words) == set(PARTS)
        assert all(words[part].strip() for part in PARTS)
        seen = places(words["seen"])
        told = seen & MEASURED or (owner, code) in NO_LIMIT
        assert told, words["seen"]
        assert seen & LIMIT or (owner, code) in NO_LIMIT, words["seen"]
    english, chinese = EN[owner][code], ZH[owner][code]
    for part in PARTS:
        assert places(english[part]) == places(chinese[part]), part
    shortest = {name: "" for part in PARTS for name in places(english[part])}
    whole = "{seen}: {cause}. {do}.".format(
        **{part: english[part].format(**shortest) for part in PARTS}
    )
    assert len(whole) <= 200, "no room is left for names and numbers"
