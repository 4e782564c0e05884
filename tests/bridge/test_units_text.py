"""Numbers, ages, sizes and times as they are shown."""

import pytest

from app.bridge import units


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234567.0, 0, "1\u2009234\u2009567"), (-3.25, 1, "−3.2"), (-0.04, 1, "0.0"), (47, 0, "47")],
)
def test_number(value, decimals, text):
    assert units.number(value, decimals) == text


@pytest.mark.parametrize(
    ("age", "text"), [(-5, "0 s"), (59.9, "59 s"), (60, "1 min"), (7200, "2 h"), (200_000, "2 d")]
)
def test_age(age, text):
    assert units.age_text(age) == text


def test_an_age_in_a_sentence_has_the_same_count():
    assert [units.age_words(age) for age in (5, 60, 7200, 200_000)] == [
        "5 s",
        "1 min",
        "2 h",
        "2 d",
    ]


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_100_000_000, "2.1 GB")]
)
def test_bytes(count, text):
    assert units.bytes_text(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(133, "02:13.0"), (3723, "1:02:03"), (90061, "1 d 01:01:01"), (0.04, "00:00.0")],
)
def test_span(seconds, text):
    assert units.span_text(seconds) == text
