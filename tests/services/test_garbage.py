"""What outlives a whole collection is left out of later ones, and found within the hour."""

import gc
import weakref

import pytest

from app.services.garbage import ALL_EVERY_S, Garbage


class Knot:
    def __init__(self) -> None:
        self.myself = self


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def garbage(clock):
    found = Garbage(clock)
    yield found
    if found._collection in gc.callbacks:
        found.close()


def test_what_stayed_is_not_walked_again_until_the_hour_is_over(garbage, clock) -> None:
    knot = Knot()
    seen = weakref.ref(knot)
    gc.collect()
    assert gc.get_freeze_count()
    del knot
    gc.collect()
    assert seen() is not None
    clock.now = ALL_EVERY_S
    gc.collect()
    assert seen() is None


def test_what_ends_before_a_whole_collection_is_found_by_it(garbage) -> None:
    seen = weakref.ref(Knot())
    gc.collect()
    assert seen() is None


def test_the_collector_is_given_back_as_it_was(garbage) -> None:
    gc.collect()
    garbage.close()
    assert gc.get_freeze_count() == 0
    gc.collect()
    assert gc.get_freeze_count() == 0
