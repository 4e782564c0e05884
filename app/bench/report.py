"""One line of a benchmark: what was measured beside the raw limit of the same run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchLine:
    """One work item. ``ratio`` is value against limit as ``reach`` words it, ``ok`` the verdict."""

    bench: str
    work: str
    value: float
    unit: str
    limit: float
    ratio: float
    reach: str
    ok: bool

    def as_json(self) -> str:
        """The line as ``wayside bench --json`` prints it."""
        return json.dumps(asdict(self), ensure_ascii=False)


Emit = Callable[[BenchLine], None]
