"""The owner of tasks under its earlier name, until everything above imports ``app.tasks``."""

from __future__ import annotations

from app.tasks import Tasks

__all__ = ["Tasks"]
