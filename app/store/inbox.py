"""What was appended and is not written yet: handed from the loop's thread to the writer's."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.rows import RowBatch

Done = Callable[[Exception | None], None]


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """Batches of one append, with their size."""

    batches: Sequence[RowBatch]
    size: int
    samples: int


class Inbox:
    """A queue that never blocks the one who appends; the writer waits on it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ready = threading.Condition()
        self._parcels: deque[Parcel] = deque()
        self._since: float | None = None
        self._appended = 0
        self._flushes: list[tuple[int, Done]] = []
        self._jobs: deque[Callable[[], None]] = deque()
        self._ended: Exception | None = None
        self.size = 0
        self.samples = 0
        self.dropped_samples = 0
        self.closing = False

    def append(self, batches: Sequence[RowBatch]) -> None:
        """Take batches; called on the loop's thread."""
        size = samples = 0
        for batch in batches:
            size += len(batch.data)
            samples += len(batch) * len(batch.layout.columns)
        if not size:
            return
        with self._ready:
            self._parcels.append(Parcel(batches, size, samples))
            self._appended += 1
            self.size += size
            self.samples += samples
            if self._since is None:
                self._since = self._clock()
                self._ready.notify()

    def on_durable(self, done: Done) -> None:
        """Call back, on the writer's thread, when all that was appended so far is durable."""
        with self._ready:
            if self._ended is None:
                self._flushes.append((self._appended, done))
                self._ready.notify()
                return
        done(self._ended)

    def post(self, job: Callable[[], None]) -> None:
        """Run a job on the writer's thread, between two transactions."""
        with self._ready:
            self._jobs.append(job)
            self._ready.notify()

    def close(self) -> None:
        """Let the writer end once all is written."""
        with self._ready:
            self.closing = True
            self._ready.notify()

    def wait(self, tick_s: float, tick_bytes: int, idle_s: float) -> None:
        """Return when a tick is due, somebody waits, a job is there, or nothing came for idle_s."""
        deadline = self._clock() + idle_s
        with self._ready:
            while not (self._jobs or self._flushes or self.closing or self.size >= tick_bytes):
                until = deadline if self._since is None else min(deadline, self._since + tick_s)
                left = until - self._clock()
                if left <= 0:
                    return
                self._ready.wait(left)

    def pause(self, seconds: float) -> None:
        """Return after a while, or when somebody waits or a job is there; samples can wait."""
        deadline = self._clock() + seconds
        with self._ready:
            while not (self._jobs or self._flushes or self.closing):
                if (left := deadline - self._clock()) <= 0:
                    return
                self._ready.wait(left)

    def due(self, tick_s: float) -> bool:
        """Whether something waits that should be written now."""
        with self._ready:
            if self._since is None:
                return bool(self._flushes)
            return bool(self._flushes) or self._clock() - self._since >= tick_s

    def jobs(self) -> list[Callable[[], None]]:
        """Take the jobs posted so far."""
        with self._ready:
            taken = list(self._jobs)
            self._jobs.clear()
            return taken

    def take(self, limit_bytes: int) -> list[Parcel]:
        """Take parcels up to a size, one at least."""
        with self._ready:
            taken: list[Parcel] = []
            size = 0
            while self._parcels and (not taken or size + self._parcels[0].size <= limit_bytes):
                parcel = self._parcels.popleft()
                size += parcel.size
                taken.append(parcel)
            self.size -= size
            self.samples -= sum(parcel.samples for parcel in taken)
            self._since = self._clock() if self._parcels else None
            return taken

    def give_back(self, parcels: Sequence[Parcel], limit_bytes: int) -> int:
        """Put parcels back that could not be written; returns the samples dropped for room."""
        with self._ready:
            self._parcels.extendleft(reversed(parcels))
            self.size += sum(parcel.size for parcel in parcels)
            self.samples += sum(parcel.samples for parcel in parcels)
            self._since = self._clock()
        return self.shed(limit_bytes)

    def shed(self, limit_bytes: int) -> int:
        """Drop the oldest while more than ``limit_bytes`` wait; returns how many samples."""
        dropped = 0
        with self._ready:
            while self.size > limit_bytes and self._parcels:
                parcel = self._parcels.popleft()
                self.size -= parcel.size
                self.samples -= parcel.samples
                dropped += parcel.samples
            self.dropped_samples += dropped
        return dropped

    def waiting(self) -> int:
        """How many appends are not written."""
        with self._ready:
            return len(self._parcels)

    def end(self, error: Exception) -> None:
        """The writer has ended: nobody may wait for it any more."""
        with self._ready:
            self._ended = error
        self.settle(error)

    def settle(self, error: Exception | None) -> None:
        """Tell those who wait: all of them on an error, else those whose appends are written."""
        with self._ready:
            written = self._appended - len(self._parcels)
            ready = [d for at, d in self._flushes if error is not None or at <= written]
            self._flushes = [(at, d) for at, d in self._flushes if error is None and at > written]
        for done in ready:
            done(error)
