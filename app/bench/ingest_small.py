"""ingest-small: one value a message with everything on, beside bare gmqtt."""

from __future__ import annotations

from app.bench.ingest import ROUNDS
from app.bench.ingest_pipeline import in_turns
from app.bench.peers import Load
from app.bench.report import BenchLine, Emit


def run(emit: Emit, quick: bool) -> None:
    """Flat out, one value a message.

    Raises:
        UserFacing: there is no broker to measure with.
    """
    load = Load(messages=100_000 if quick else 200_000, values=1)
    rounds = in_turns(load, 1 if quick else ROUNDS, decode=False)
    limit, found = rounds.middle
    emit(
        BenchLine(
            bench="ingest-small",
            work="one value a message flat out, everything on",
            value=found.rate,
            unit="messages/s",
            limit=limit,
            ratio=found.rate / limit,
            reach=">= 0.5 of bare gmqtt, 0 lost",
            ok=found.rate >= 0.5 * limit and rounds.lost_samples == 0,
        )
    )
