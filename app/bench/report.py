"""One line of a benchmark: what was measured beside the raw limit of the same run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from app.bench.neighbours import BUSY_CORES


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchLine:
    """One work item. ``ratio`` is value against limit as ``reach`` words it, ``ok`` the verdict.

    ``others`` is how many cores other programs took meanwhile, None where that is not known.
    """

    bench: str
    work: str
    value: float
    unit: str
    limit: float
    ratio: float
    reach: str
    ok: bool
    others: float | None = None

    @property
    def busy(self) -> bool:
        """Whether the machine was too busy to judge a miss by."""
        return self.others is not None and self.others >= BUSY_CORES

    def as_json(self) -> str:
        """The line as ``wayside bench --json`` prints it."""
        return json.dumps({**asdict(self), "busy": self.busy}, ensure_ascii=False)


Emit = Callable[[BenchLine], None]
