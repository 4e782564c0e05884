"""What every link can do, and the two ways of getting data: ask (polled), be told (streamed)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from app.core.callbacks import Unsubscribe
from app.core.links import LinkStatus, Message, RegistersRead
from app.core.profiles import RegisterTable
from app.links.params import LinkParams

Still = Callable[[], bool] | None
"""Whether something that waited for its turn is still to be sent; None: always."""


class CaptureSink(Protocol):
    """Where a link's raw bytes go while they are recorded (app.links.capture)."""

    def sent(self, data: bytes, *, note: str = "") -> None:
        """Bytes that left, with the topic or peer as note where the protocol has one."""

    def received(self, data: bytes, *, note: str = "") -> None:
        """Bytes that came."""


@runtime_checkable
class Link(Protocol):
    """One configured path to a gateway.

    ``open`` starts the keep-alive: it returns when the first attempt is over, connected or not,
    raises only for parameters that can never work, and from then on the link reconnects for ever
    until ``close``. Everything that waits for hardware has a deadline.
    """

    name: str
    params: LinkParams

    @property
    def status(self) -> LinkStatus:
        """State and counters now."""

    def on_status(self, listener: Callable[[LinkStatus], None]) -> Unsubscribe:
        """Be told of each change of state (not of each counter)."""

    async def open(self) -> None:
        """Start to connect and keep connected."""

    async def close(self) -> None:
        """Disconnect and stop; every task and socket is gone when this returns."""

    def record(self, sink: CaptureSink | None) -> None:
        """Send raw bytes to a capture from now on; None stops."""


@runtime_checkable
class PolledLink(Link, Protocol):
    """A link on which we ask: Modbus in its three forms."""

    async def read(
        self, unit: int, table: RegisterTable, address: int, count: int
    ) -> tuple[int, ...]:
        """Raw registers (0..65535) or bits (0, 1); raises LinkError for everything else."""

    async def write_registers(
        self, unit: int, address: int, values: Sequence[int], *, still: Still = None
    ) -> None:
        """Write holding registers: function 6 for one, 16 for more.

        ``still`` is asked right before the bytes leave; False raises NotSent.
        """

    async def write_coils(
        self, unit: int, address: int, values: Sequence[bool], *, still: Still = None
    ) -> None:
        """Write coils: function 5 for one, 15 for more; ``still`` as for registers."""

    def pace(self, unit: int, gap_s: float) -> None:
        """Leave at least this long between an exchange of the unit and its next request."""

    async def identify(self, unit: int) -> dict[int, str]:
        """Device identification, function 43/14: object id to text."""

    def backing_off(self, unit: int) -> float:
        """Seconds until a silent unit is asked again; 0 for a unit that answers."""

    def tap(self, sink: CaptureSink) -> Unsubscribe:
        """Hand raw bytes to one more sink, beside any recording, until the returned is called."""


@runtime_checkable
class StreamedLink(Link, Protocol):
    """A link that tells: MQTT, and any capture that held messages."""

    def on_messages(self, listener: Callable[[Sequence[Message]], None]) -> Unsubscribe:
        """Be handed messages in batches, one call a socket read."""

    async def publish(
        self, topic: str, payload: bytes, *, qos: int = 1, deadline_s: float = 5.0
    ) -> None:
        """Publish, never retained; returns when the broker has it (QoS 1), raises LinkError."""


@runtime_checkable
class ReplayedLink(Link, Protocol):
    """A link that plays a capture: it hands over what was read, as messages or as registers."""

    def on_registers(self, listener: Callable[[Sequence[RegistersRead]], None]) -> Unsubscribe:
        """Be handed the register reads of a Modbus capture."""

    def on_messages(self, listener: Callable[[Sequence[Message]], None]) -> Unsubscribe:
        """Be handed the messages of an MQTT capture."""
