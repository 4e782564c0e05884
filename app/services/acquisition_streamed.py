"""Messages of a streamed link to rows: one look-up a message, one call a mapper and read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.codecs.rows import doubt_times
from app.core.links import Message
from app.core.profiles import DeviceProfile
from app.core.rows import RowBatch
from app.profiles.messages import MessageMapper
from app.profiles.topics import device_in, topics
from app.services.acquisition_intake import Intake
from app.services.counters import LinkCounters

MAX_DISCOVERED = 20_000


@dataclass(slots=True, kw_only=True)
class StreamedDevice:
    """One topic of a device on a streamed link, with the payloads of the read being handled."""

    mapper: MessageMapper
    intake: Intake
    waiting: list[tuple[bytes, int]] = field(default_factory=list)


class Dispatcher:
    """Takes the messages of one socket read and publishes all their rows at once.

    With ``discover`` a topic that fits the profile's pattern makes a device by itself, named by
    what stands at ``{device}``; a flood of invented names stops at 20,000 devices.
    """

    def __init__(
        self,
        devices: Sequence[StreamedDevice],
        publish: Callable[[Sequence[RowBatch]], None],
        counters: LinkCounters,
        *,
        discover: DeviceProfile | None = None,
        adopt: Callable[[DeviceProfile, str], list[StreamedDevice]] | None = None,
    ) -> None:
        self._by_topic = {device.mapper.topic: device for device in devices}
        self._publish = publish
        self._counters = counters
        self._discover = discover
        self._adopt = adopt
        self._templates = topics(discover) if discover else ()

    def take(self, messages: Sequence[Message]) -> None:
        """Map and publish; never raises for what a peer sent."""
        by_topic = self._by_topic
        touched: list[StreamedDevice] = []
        batches: list[RowBatch] = []
        for topic, payload, received_ns, retained in messages:
            device = by_topic.get(topic) or self._unknown(topic)
            if device is None:
                continue
            if retained:
                kept = self._map(device, [(payload, received_ns)])
                batches.extend(doubt_times(batch) for batch in kept)
                continue
            if not device.waiting:
                touched.append(device)
            device.waiting.append((payload, received_ns))
        for device in touched:
            payloads, device.waiting = device.waiting, []
            batches.extend(self._map(device, payloads))
        self._publish(batches)

    @staticmethod
    def _map(device: StreamedDevice, payloads: list[tuple[bytes, int]]) -> list[RowBatch]:
        mapped = device.mapper.map(payloads)
        intake, last_ns = device.intake, payloads[-1][1]
        if mapped.bad:
            intake.device.bad += mapped.bad
            intake.device.reason = mapped.reason
        intake.device.last_ns = last_ns
        return [intake.take(batch, last_ns) for batch in mapped.batches]

    def _unknown(self, topic: str) -> StreamedDevice | None:
        if self._discover and self._adopt and len(self._by_topic) < MAX_DISCOVERED:
            for template in self._templates:
                name = device_in(template, topic)
                if name is None:
                    continue
                for device in self._adopt(self._discover, name):
                    self._by_topic.setdefault(device.mapper.topic, device)
                if topic in self._by_topic:
                    return self._by_topic[topic]
        self._counters.unknown += 1
        self._counters.unknown_topic = topic
        return None
