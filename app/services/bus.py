"""The bus: batches of rows from the links to whoever wants them, by plain callbacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.callbacks import Callbacks, Unsubscribe
from app.core.rows import RowBatch

Batches = Sequence[RowBatch]


class Bus:
    """Hands each list of batches to every consumer, in order of subscription.

    The ingest port is ``publish``. Nothing above it may assume that the producer lives in this
    process: a batch is bytes and a layout, so a worker can hand it over through a pipe.
    """

    def __init__(self) -> None:
        self._consumers: Callbacks[Batches] = Callbacks()

    def subscribe(self, consumer: Callable[[Batches], None]) -> Unsubscribe:
        """Hand every later list of batches to the consumer."""
        return self._consumers.subscribe(consumer)

    def publish(self, batches: Batches) -> None:
        """Give batches to all consumers now, on the loop's thread."""
        if batches:
            self._consumers.fire(batches)
