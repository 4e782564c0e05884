"""``wayside watch``: the live samples of one source, to whoever takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

from app.core.errors import LinkDown, LinkError, LinkTimeout
from app.core.links import LinkState, LinkStatus
from app.core.profiles import DeviceProfile
from app.core.quality import Quality, is_bad
from app.core.rows import RowBatch, Sample, samples, utc
from app.headless.sources import SourceOptions, build_sources
from app.headless.stopping import Stop
from app.services.acquisition import Acquisition
from app.services.bus import Bus
from app.services.counters import LinkCounters
from app.settings import Texts
from app.wording import worded

Line = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions:
    """What to watch, and for how long; None is until Ctrl-C."""

    source: SourceOptions
    for_s: float | None
    texts: Texts


def line(sample: Sample, profile: DeviceProfile) -> Line:
    """A sample as ``watch --json`` prints it; times are UTC, the quality is a name."""
    unit = next((p.unit for p in profile.points if p.id == sample.key.point), "")
    return {
        "device": sample.key.device,
        "point": sample.key.point,
        "value": sample.value,
        "unit": unit,
        "quality": quality_name(sample.quality),
        "source_time": iso(sample.source_ns),
        "receive_time": iso(sample.received_ns),
    }


def iso(ns: int) -> str:
    """A time stamp as ISO 8601 in UTC, to the microsecond."""
    return utc(ns).isoformat(timespec="microseconds").replace("+00:00", "Z")


def quality_name(quality: int) -> str:
    """The name of a quality byte in lower case, its number where it has none."""
    try:
        return Quality(quality).name.lower()
    except ValueError:
        return f"0x{quality:02x}"


async def watch(
    options: WatchOptions,
    emit: Callable[[Line], None],
    stop: Stop,
    notice: Callable[[str], None] = lambda _: None,
) -> int:
    """Hand over every sample until the time is over or ``stop``; returns how many were not bad.

    ``notice`` is told in the end why nothing came any more: a lost link, a damaged capture.

    Raises:
        UserFacing, ProfileError: a mistake in what was given.
        BrokenPipeError: ``emit`` raised it, and everything is closed.
        LinkDown, LinkTimeout: the time is over and only bad samples came; says what was seen.
    """
    mine = replace(options.source, purpose=f"watch {token_hex(8)}", passing=True)
    (source,) = build_sources([mine], options.texts)
    bus = Bus()
    usable = 0
    closed: BrokenPipeError | None = None

    def take(batches: Sequence[RowBatch]) -> None:
        nonlocal usable, closed
        try:
            for batch in batches:
                for sample in samples(batch):
                    usable += not is_bad(sample.quality)
                    emit(line(sample, source.profile))
        except BrokenPipeError as error:
            # Whoever reads has seen enough; the bus must not carry this to the link's task.
            closed = error
            stop.now()

    bus.subscribe(take)
    acquisition = Acquisition(bus)
    acquisition.attach(source.link, source.devices, discover=source.discover)
    try:
        loop = asyncio.get_running_loop()
        end = None if options.for_s is None else loop.time() + options.for_s
        await stop.unless(source.link.open, options.for_s)
        stopped = await stop.wait(None if end is None else max(0.0, end - loop.time()))
    finally:
        status = source.link.status
        counters = acquisition.link_counters(source.link.name)
        reasons = [acquisition.counters(key).reason for key in acquisition.device_keys()]
        await acquisition.close()
        await source.link.close()
    if closed is not None:
        raise closed
    if usable and status.error and status.state is not LinkState.CONNECTED:
        notice(status.error)
    if usable or stopped:
        return usable
    raise _nothing(options, source.url, status, counters, reasons)


def _nothing(
    options: WatchOptions,
    url: str,
    status: LinkStatus,
    counters: LinkCounters,
    reasons: Sequence[str],
) -> LinkError:
    """Why the time is over and no sample came that is not bad."""
    values = {"url": url, "seconds": f"{options.for_s or 0:g}"}
    if status.error and not status.received:
        return worded(LinkDown, options.texts, "services.watch.down", error=status.error, **values)
    if counters.unknown:
        return worded(
            LinkTimeout,
            options.texts,
            "services.watch.unknown",
            count=counters.unknown,
            topic=counters.unknown_topic,
            **values,
        )
    reason = next((text for text in reasons if text), status.error)
    return worded(LinkTimeout, options.texts, "services.watch.silent", reason=reason, **values)
