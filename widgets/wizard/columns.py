"""Where the columns of the check list stand, from the width of a row."""

from __future__ import annotations

from PySide6.QtCore import QRect

MARK, WORD, CHECK = 12, 36, 108
_METHOD, _LIMIT, _MEASURED, _PAD = 48, 116, 132, 12
_WIDE, _WIDER = 1000, 120
"""From this width on, the columns of values have so much more."""


def method_box(width: int, height: int) -> QRect:
    """The box of the method."""
    return QRect(width - _PAD - _METHOD, 0, _METHOD, height)


def limit_box(width: int, height: int) -> QRect:
    """The box of the limit."""
    own = _LIMIT + _more(width)
    return QRect(method_box(width, height).left() - 12 - own, 0, own, height)


def measured_box(width: int, height: int) -> QRect:
    """The box of the measured value."""
    own = _MEASURED + _more(width)
    return QRect(limit_box(width, height).left() - 12 - own, 0, own, height)


def check_box(width: int, height: int, *, asked: bool) -> QRect:
    """The box of the title; that of a question reaches further."""
    end = width - _PAD if asked else measured_box(width, height).left() - 8
    return QRect(CHECK, 0, end - CHECK, height)


def _more(width: int) -> int:
    return _WIDER if width >= _WIDE else 0
