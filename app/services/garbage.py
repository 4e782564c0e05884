"""Garbage collection that does not hold up a large installation.

Ten thousand links are a million objects that stay. The interpreter's collector would walk all of
them about once a second under load, a tenth to a fifth of a second each time.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

ALL_EVERY_S = 3600.0
"""What was kept by mistake, because it ended later in a cycle, is found within the hour."""


class Garbage:
    """What outlives a whole collection is left out of later ones, until an hour has passed.

    Works with the interpreter's own collections and with those that somebody asks for.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all_at = clock() + ALL_EVERY_S
        gc.callbacks.append(self._collection)

    def _collection(self, phase: str, facts: Mapping[str, int]) -> None:
        if facts["generation"] < 2:
            return
        if phase == "stop":
            gc.freeze()
        elif self._clock() >= self._all_at:
            self._all_at = self._clock() + ALL_EVERY_S
            gc.unfreeze()

    def close(self) -> None:
        """Leave the collector as it was, with everything to look through."""
        gc.callbacks.remove(self._collection)
        gc.unfreeze()
