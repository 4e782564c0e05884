"""Tasks with an owner, under the name that services use; the class lies with the links."""

from __future__ import annotations

from app.links.tasks import Tasks as Tasks

__all__ = ["Tasks"]
