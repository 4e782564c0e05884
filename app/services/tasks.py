"""The owner of tasks, which links need too and so lives below the services."""

from __future__ import annotations

from app.links.tasks import Tasks

__all__ = ["Tasks"]
