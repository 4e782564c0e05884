"""While nobody answers, the last value stays to be seen with its age."""

import math

import pytest

from app.bridge.last_known import REACH_NS, LastKnown
from app.codecs.rows import RowPacker
from app.core.quality import Quality
from app.core.rows import PointKey, RowBatch, RowLayout, ValueKind
from app.services.live import LiveBuffers

NS = 1_000_000_000
T0 = 1_790_000_000 * NS
LAYOUT = RowLayout.make(
    "SP-0001/lamp1",
    "all",
    {"power": ValueKind.FLOAT, "lit": ValueKind.BOOL, "state": ValueKind.TEXT},
)
TEXTS = ("dark", "bright")
POWER, LIT, STATE = (PointKey(device="SP-0001/lamp1", point=p) for p in ("power", "lit", "state"))
SILENCE = (math.nan, 0, 0), Quality.BAD_COMMS


class Field:
    """A lamp controller that is read once a second."""

    def __init__(self) -> None:
        self.live = LiveBuffers()
        self.known = LastKnown(self.live)

    def read(self, second, values, quality=Quality.GOOD):
        packer = RowPacker(LAYOUT)
        row = packer.pack(T0 + second * NS, T0 + second * NS, values, bytes([quality] * 3))
        self.live.take([RowBatch(layout=LAYOUT, data=row, texts=TEXTS)])


@pytest.fixture
def field():
    return Field()


def test_while_nobody_answers_the_last_value_stands_as_old_as_it_is(field):
    field.read(0, (70.5, 1, 1))
    field.read(1, *SILENCE)
    field.read(2, *SILENCE)
    found = [field.known.latest(key) for key in (POWER, LIT, STATE)]
    assert [sample.value for sample in found] == [70.5, True, "bright"]
    assert {sample.source_ns for sample in found} == {T0}
    assert {sample.quality for sample in found} == {Quality.GOOD}


def test_the_next_answer_takes_its_place(field):
    field.read(0, (70.5, 1, 1))
    field.read(1, *SILENCE)
    assert field.known.latest(POWER).value == 70.5
    field.read(2, (12.0, 1, 1))
    assert field.known.latest(POWER).value == 12.0
    field.read(3, *SILENCE)
    assert field.known.latest(POWER).source_ns == T0 + 2 * NS


def test_an_answer_that_is_bad_stays_bad(field):
    field.read(0, (70.5, 1, 1))
    field.read(1, (math.nan, 0, 0), Quality.BAD_RANGE)
    assert field.known.latest(POWER).quality == Quality.BAD_RANGE
    field.read(2, *SILENCE)
    assert field.known.latest(POWER).quality == Quality.BAD_RANGE


def test_what_never_answered_is_not_made_up(field):
    assert field.known.latest(POWER) is None
    field.read(0, *SILENCE)
    assert field.known.latest(POWER).quality == Quality.BAD_COMMS


def test_what_is_older_than_the_reach_is_not_shown_as_if_it_were_known(field):
    field.read(0, (70.5, 1, 1))
    field.read(REACH_NS // NS + 1, *SILENCE)
    assert field.known.latest(POWER).quality == Quality.BAD_COMMS
