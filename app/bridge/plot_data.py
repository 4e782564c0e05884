"""Where the plots' samples come from: the history of memory and store, and the newest in memory."""

from __future__ import annotations

from app.codecs.series import Envelope, Series
from app.core.rows import PointKey, Sample
from app.services.history import History
from app.services.live import LiveBuffers


class PlotData:
    """The engine's services behind the one interface that the live feed asks."""

    def __init__(self, history: History, live: LiveBuffers) -> None:
        self._history = history
        self._live = live

    def live_envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """What memory has of the window, at once."""
        return self._history.live_envelope(key, start_ns, end_ns, buckets)

    async def envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """The whole window, memory and store."""
        return await self._history.envelope(key, start_ns, end_ns, buckets)

    async def read(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        """Every sample of the window."""
        return await self._history.read(key, start_ns, end_ns)

    def latest(self, key: PointKey) -> Sample | None:
        """The newest sample, None where there is none yet."""
        return self._live.latest(key)

    def version(self, key: PointKey) -> int:
        """A number that rises with each sample."""
        return self._live.version(key)
