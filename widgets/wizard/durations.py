"""Lengths of time as the wizard shows them."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """Minutes and seconds: ``05:41``; hours before them where there are any."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute:02}:{second:02}"
