"""One asset as a job reaches it: its links, its devices by slot, and the taps on their bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.commissioning.clock import Clock
from app.commissioning.planning import ASSET
from app.commissioning.tap import MessageTap, ModbusTap
from app.core.assets import AssetType
from app.core.callbacks import Unsubscribe
from app.core.commands import Command, CommandRequest, Trial
from app.core.commissioning import Frame
from app.core.errors import LinkError, UserFacing
from app.core.links import LinkState
from app.core.profiles import DeviceProfile
from app.core.rows import PointKey
from app.links.base import Link, PolledLink, StreamedLink
from app.profiles.library import Library
from app.profiles.messages import mappers
from app.wording import told

_UP = (LinkState.CONNECTED, LinkState.SILENT)


class Sender(Protocol):
    """The command service: the only way in which a job changes anything."""

    async def send(self, request: CommandRequest) -> Command:
        """Carry a request out; returns the command in its last state."""

    def on_change(self, listener: Callable[[Command], None]) -> Unsubscribe:
        """Be told of each change of state."""


class Permits(Protocol):
    """Access, for the time of a step whose danger text was shown."""

    def permit(self, target: str, risk: int, why: str) -> Callable[[], None]:
        """Let actions of that class pass until the returned function is called."""


class ByHand(Protocol):
    """What was switched by hand for a while, and is put back by itself (app.services.trials)."""

    def of(self, key: PointKey) -> Trial | None:
        """The open trial of a point."""

    async def hand_over(self, device: str, point: str, who: str) -> None:
        """Somebody else has durably taken over to put the point back, to the original value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a job is given by its composition root."""

    library: Library
    sender: Sender
    access: Permits
    by_hand: ByHand
    clock: Clock


class AssetField:
    """The links and devices of one asset; ``close`` takes the taps off again.

    Args:
        number: the asset.
        asset_type: what it should have.
        links: open links to it.
        around: library, command service and clock.

    Raises:
        UserFacing: none of the links can be used.
    """

    def __init__(
        self, number: str, asset_type: AssetType, links: Sequence[Link], around: Surroundings
    ) -> None:
        self.number = number
        self.asset_type = asset_type
        self.around = around
        self.clock = around.clock
        self.polled: PolledLink | None = None
        self.streamed: StreamedLink | None = None
        self.links = tuple(links)
        self._stops: list[Unsubscribe] = []
        self._taps: list[ModbusTap | MessageTap] = []
        self.profiles: dict[str, DeviceProfile] = {}
        self.units: dict[str, int] = {}
        for link in links:
            if isinstance(link, PolledLink):
                self._take_polled(link)
            elif isinstance(link, StreamedLink):
                self._take_streamed(link)
        if not self._taps:
            raise told(UserFacing, "jobs.no_link", asset=number)

    def _take_polled(self, link: PolledLink) -> None:
        self.polled = link
        for slot in self.asset_type.devices:
            self.profiles[slot.id] = self.around.library.profile(slot.profile)
            self.units[slot.id] = slot.unit
        rtu = link.params.scheme != "modbus+tcp"
        tap = ModbusTap(
            rtu=rtu,
            slots={unit: slot for slot, unit in self.units.items()},
            now_ns=self.clock.now_ns,
        )
        self._taps.append(tap)
        self._stops.append(link.tap(tap))

    def _take_streamed(self, link: StreamedLink) -> None:
        if not self.asset_type.message_profile:
            return
        self.streamed = link
        profile = self.around.library.profile(self.asset_type.message_profile)
        self.profiles[ASSET] = profile
        topics = [mapper.topic for mapper in mappers(profile, self.number)]
        tap = MessageTap(slot=ASSET, topics=topics, now_ns=self.clock.now_ns)
        self._taps.append(tap)
        self._stops.append(link.on_messages(tap.take))

    def call(self, unit: int, slot: str) -> None:
        """What is asked of that unit from now on is evidence about that device."""
        for tap in self._taps:
            if isinstance(tap, ModbusTap):
                tap.call(unit, slot)

    def device(self, slot: str) -> str:
        """The key of a device as the services know it."""
        return self.number if slot == ASSET else f"{self.number}/{slot}"

    def frames(self, slots: Sequence[str], start_ns: int) -> list[Frame]:
        """Everything on the wire to and from some devices since a moment, in order."""
        found = [frame for tap in self._taps for frame in tap.frames(slots, start_ns)]
        return sorted(found, key=lambda frame: frame.time_ns)

    def why_down(self, error: LinkError) -> str:
        """Why something could not even be sent: the own words of the link that is down."""
        links = [link for link in (self.polled, self.streamed) if link is not None]
        down = [link.status.error for link in links if link.status.state not in _UP]
        told = str(error)
        return told if told in down else next(filter(None, down), told)

    def close(self) -> None:
        """Listen no more."""
        for stop in self._stops:
            stop()
        self._stops.clear()
