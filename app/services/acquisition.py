"""Acquisition: from each open link, by its devices' profiles, to the bus."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.core.assets import Device
from app.core.callbacks import Callbacks, Unsubscribe
from app.core.profiles import DeviceProfile
from app.core.rows import RowLayout
from app.links.base import Link, PolledLink, ReplayedLink, StreamedLink
from app.profiles.frozen import frozen_watch
from app.profiles.messages import mappers
from app.profiles.planning import plan
from app.profiles.registers import RegisterMapper
from app.services.acquisition_intake import Intake
from app.services.acquisition_polled import PolledGroup, Poller
from app.services.acquisition_replayed import RegisterReplay
from app.services.acquisition_streamed import Dispatcher, StreamedDevice
from app.services.bus import Bus
from app.services.counters import DeviceCounters, LinkCounters
from app.tasks import Tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedDevice:
    """A device together with the profile that says how it is read, and in which ways it may be."""

    device: Device
    profile: DeviceProfile
    polled: bool = True
    streamed: bool = True


@dataclass(slots=True, kw_only=True)
class _Feed:
    tasks: Tasks
    counters: LinkCounters
    stops: list[Unsubscribe] = field(default_factory=list)


class Acquisition:
    """Reads every attached link's devices and publishes their rows on the bus.

    A polled link is polled by one task by the plans of its profiles; a streamed link's messages
    are mapped as they come; a replayed capture goes through the same mappers.
    """

    def __init__(
        self,
        bus: Bus,
        *,
        clock: Callable[[], float] = time.monotonic,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._now_ns = now_ns
        self._feeds: dict[str, _Feed] = {}
        self._devices: dict[str, DeviceCounters] = {}
        self._discovered: Callbacks[tuple[str, AttachedDevice]] = Callbacks()

    def on_discovered(self, listener: Callable[[tuple[str, AttachedDevice]], None]) -> Unsubscribe:
        """Be handed the link's name and the device whenever one announces itself."""
        return self._discovered.subscribe(listener)

    def attach(
        self,
        link: Link,
        devices: Sequence[AttachedDevice],
        *,
        discover: DeviceProfile | None = None,
    ) -> None:
        """Start to acquire from a link; call it before ``link.open`` so that nothing is missed.

        ``discover`` is the profile of devices that a streamed link may announce by their topics.

        Raises:
            ValueError: a link of that name is attached already.
        """
        if link.name in self._feeds:
            raise ValueError(f"link {link.name!r} is attached already")
        feed = _Feed(tasks=Tasks(f"acquisition of {link.name}"), counters=LinkCounters())
        self._feeds[link.name] = feed
        if isinstance(link, ReplayedLink):
            replay = RegisterReplay(
                self._groups(devices, feed.counters), self._bus.publish, feed.counters
            )
            feed.stops.append(link.on_registers(replay.take))
        if isinstance(link, StreamedLink | ReplayedLink):
            dispatcher = Dispatcher(
                self._streamed(devices, feed.counters),
                self._bus.publish,
                feed.counters,
                discover=discover,
                adopt=self._announced(link.name, feed.counters),
            )
            feed.stops.append(link.on_messages(dispatcher.take))
        elif isinstance(link, PolledLink):
            for attached in devices:
                if attached.profile.modbus is not None:
                    link.pace(attached.device.unit, attached.profile.modbus.gap_ms / 1000)
            poller = Poller(
                link,
                self._groups(devices, feed.counters),
                self._bus.publish,
                clock=self._clock,
                now_ns=self._now_ns,
            )
            feed.tasks.spawn(poller.run(), "polling")

    async def detach(self, name: str) -> None:
        """Stop acquiring from a link; a name that is not attached is fine."""
        feed = self._feeds.pop(name, None)
        if feed is None:
            return
        for stop in feed.stops:
            stop()
        await feed.tasks.cancel()

    async def close(self) -> None:
        """Stop acquiring from every link."""
        for name in list(self._feeds):
            await self.detach(name)

    def counters(self, device_key: str) -> DeviceCounters:
        """The running counts of a device, zeros for one that never was attached."""
        return self._devices.get(device_key) or DeviceCounters()

    def link_counters(self, name: str) -> LinkCounters:
        """The running counts of an attached link, zeros for any other."""
        feed = self._feeds.get(name)
        return feed.counters if feed else LinkCounters()

    def device_keys(self) -> tuple[str, ...]:
        """Every device that was attached or discovered in this run."""
        return tuple(self._devices)

    def _groups(self, devices: Sequence[AttachedDevice], link: LinkCounters) -> list[PolledGroup]:
        return [
            PolledGroup(
                unit=attached.device.unit,
                group=group,
                mapper=RegisterMapper(attached.profile, group),
                intake=self._intake(attached.profile, group.layout, link),
            )
            for attached in devices
            if attached.polled and attached.profile.modbus is not None
            for group in plan(attached.profile, attached.device.key)
        ]

    def _streamed(
        self, devices: Sequence[AttachedDevice], link: LinkCounters
    ) -> list[StreamedDevice]:
        return [
            streamed
            for attached in devices
            if attached.streamed and attached.profile.mqtt is not None
            for streamed in self._adopt(attached.profile, attached.device.key, link)
        ]

    def _announced(
        self, name: str, link: LinkCounters
    ) -> Callable[[DeviceProfile, str], list[StreamedDevice]]:
        def adopt(profile: DeviceProfile, key: str) -> list[StreamedDevice]:
            streamed = self._adopt(profile, key, link)
            device = Device(key=key, profile=profile.id, link=name, asset=key)
            self._discovered.fire((name, AttachedDevice(device=device, profile=profile)))
            return streamed

        return adopt

    def _adopt(self, profile: DeviceProfile, key: str, link: LinkCounters) -> list[StreamedDevice]:
        return [
            StreamedDevice(mapper=mapper, intake=self._intake(profile, mapper.layout, link))
            for mapper in mappers(profile, key)
        ]

    def _intake(self, profile: DeviceProfile, layout: RowLayout, link: LinkCounters) -> Intake:
        device = self._devices.setdefault(layout.device, DeviceCounters())
        return Intake(device=device, link=link, frozen=frozen_watch(profile, layout))
