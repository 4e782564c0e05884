"""What every row passes between its mapper and the bus, polled, streamed or replayed."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.rows import RowBatch, present
from app.profiles.frozen import FrozenWatch
from app.services.counters import DeviceCounters, LinkCounters


@dataclass(slots=True, kw_only=True)
class Intake:
    """Counts the rows of one layout for its device and its link, and marks what stands still."""

    device: DeviceCounters
    link: LinkCounters
    frozen: FrozenWatch | None

    def take(self, batch: RowBatch, received_ns: int) -> RowBatch:
        """The batch as it goes to the bus."""
        rows, values = len(batch), present(batch)
        self.device.rows += rows
        self.device.samples += values
        self.device.last_ns = received_ns
        self.link.rows += rows
        self.link.samples += values
        return batch if self.frozen is None else self.frozen.mark(batch)
