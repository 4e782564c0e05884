"""What a person says counts only for what really happened."""

import pytest

from app.commissioning.checks.people import Challenge, WhichHead, YesNo
from app.commissioning.frames import Trace
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import Verdict
from app.profiles.library import Library
from app.settings import RESOURCES


def planned(**options):
    return PlannedCheck(
        id="asked/lamp1", base="asked", step="lighting", kind="which", slot="lamp1", options=options
    )


def trace(answer):
    lamp = Library((RESOURCES,)).profile("wayside-lamp-controller")
    return Trace([], {"lamp1": lamp}, answer=answer)


def test_the_right_answer_about_a_lamp_that_was_never_told_to_blink_is_no_pass():
    found = WhichHead().judge(planned(command="identify"), trace("lamp1"))
    assert found.verdict is Verdict.FAIL
    assert found.code == "refused"


@pytest.mark.parametrize("kind", [YesNo(), Challenge()])
def test_no_answer_never_passes(kind):
    found = kind.judge(planned(command="identify"), trace(""))
    assert found.verdict is Verdict.FAIL
    assert found.code in ("unanswered", "unshown")


def test_no_answer_is_not_taken_for_a_no():
    assert YesNo().judge(planned(), trace("")).code == "unanswered"
