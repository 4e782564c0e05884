"""Register reads of a capture to rows, through the same mappers as a live bus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.links import RegistersRead
from app.core.rows import RowBatch
from app.profiles.planning import Block
from app.services.acquisition_polled import PolledGroup
from app.services.counters import LinkCounters


class RegisterReplay:
    """Gathers the blocks of each poll group as they were read, and maps a group when it is whole.

    A capture need not hold the blocks that today's plan would read: a read that covers a block
    gives it, and a block that comes again closes the row before it with what is there.
    """

    def __init__(
        self,
        groups: Sequence[PolledGroup],
        publish: Callable[[Sequence[RowBatch]], None],
        counters: LinkCounters,
    ) -> None:
        self._by_unit: dict[int, list[_Gathering]] = {}
        for polled in groups:
            self._by_unit.setdefault(polled.unit, []).append(_Gathering(polled))
        self._publish = publish
        self._counters = counters

    def take(self, reads: Sequence[RegistersRead]) -> None:
        """Hand over reads in the order of the capture."""
        batches: list[RowBatch] = []
        for read in reads:
            claimed = False
            for gathering in self._by_unit.get(read.unit, ()):
                claimed |= gathering.take(read, batches)
            if not claimed:
                self._counters.unknown += 1
                self._counters.unknown_topic = f"unit {read.unit} {read.table.value} {read.address}"
        self._publish(batches)


class _Gathering:
    def __init__(self, polled: PolledGroup) -> None:
        self._polled = polled
        self._got: dict[Block, tuple[int, ...]] = {}
        self._ns = 0

    def take(self, read: RegistersRead, batches: list[RowBatch]) -> bool:
        claimed = False
        end = read.address + len(read.values)
        for block in self._polled.group.blocks:
            inside = read.address <= block.address and block.address + block.count <= end
            if read.table is not block.table or not inside:
                continue
            claimed = True
            if block in self._got:
                self._close(batches)
            start = block.address - read.address
            self._got[block] = read.values[start : start + block.count]
            self._ns = read.received_ns
        if len(self._got) == len(self._polled.group.blocks):
            self._close(batches)
        return claimed

    def _close(self, batches: list[RowBatch]) -> None:
        answers = {block: self._got.get(block) for block in self._polled.group.blocks}
        self._got = {}
        batch = self._polled.mapper.map(answers, self._ns, self._ns)
        batches.append(self._polled.intake.take(batch, self._ns))
