"""Threads that share the interpreter with a window."""

from __future__ import annotations

import sys

SWITCH_S = 0.001


def yield_to_window() -> None:
    """Let no other thread keep the interpreter from the window for more than a millisecond.

    Python's own 5 ms is a third of a frame, and the store's thread takes it several times a
    frame while much is stored: the 99th percentile of the frames was 2 ms later with it.
    """
    sys.setswitchinterval(SWITCH_S)
