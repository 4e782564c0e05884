"""Async work above Qt: started for an owner, ended with it. The twin of app.services.tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

from app.services.tasks import Tasks


class TaskOwner(Protocol):
    """Whoever starts async work: it keeps the tasks and cancels them when it closes."""

    tasks: Tasks


def spawn(work: Coroutine[Any, Any, Any], owner: TaskOwner, name: str = "") -> asyncio.Task[Any]:
    """Run a coroutine for an owner on the running loop; an error in it is logged, never lost."""
    return owner.tasks.spawn(work, name or type(owner).__name__)
