"""Damaged readings in words: whose they are, and of which time."""

from __future__ import annotations

import numpy as np

from app.settings import Texts
from app.store.proving import Damaged


def device_of(piece: Damaged) -> str:
    """The device, with the point where only one is damaged; ``?`` where it is not known."""
    return "/".join(part for part in (piece.device, piece.point) if part) or "?"


def span_text(piece: Damaged, texts: Texts) -> str:
    """The time its readings are of, UTC, as exactly as it is known."""
    first, last = (_iso(ns) for ns in piece.span)
    if piece.exact and first and last:
        return texts.get("store.damaged_span.exact", first=first, last=last)
    if first and last:
        return texts.get("store.damaged_span.between", first=first, last=last)
    if first:
        return texts.get("store.damaged_span.after", first=first)
    if last:
        return texts.get("store.damaged_span.before", last=last)
    return texts.get("store.damaged_span.unknown")


def _iso(ns: int | None) -> str:
    return "" if ns is None else f"{np.datetime_as_string(np.datetime64(ns, 'ns'), unit='s')}Z"
