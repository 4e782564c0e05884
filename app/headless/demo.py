"""The demo without a display: the main job, told as tables, and kept in a folder."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.core.errors import LinkError, UserFacing
from app.core.links import LinkState
from app.core.rows import PointKey, Sample
from app.headless.demo_jobs import CHANGES, DemoJobs, commission_demo
from app.headless.exporting import ExportOptions, export
from app.headless.second import run_second
from app.headless.stopping import Stop
from app.headless.watching import quality_name
from app.profiles.units import display
from app.services.data_folder import DataFolder
from app.services.demo import demo_connections, demo_options
from app.services.engine import Engine, EngineOptions, start_engine
from app.settings import Texts
from app.simulator.run import FieldSimulator, Ready
from app.wording import worded

Say = Callable[[str], None]
FOR_S = 30.0
_MARK = "made-by-the-demo"
"""The file that says so: only a folder that has it is emptied."""
_LEFT = ("store.db*", "connections*.toml", "audit-anchors.txt")
SHOWN = (
    "{pole}/lamp1/dim_level",
    "{pole}/lamp1/lamp_power",
    "{pole}/weather/temperature",
    "{pole}/weather/illuminance",
    "{pole}/meter/total_power",
    "{pole}/door/tilt",
    "{pole}/lamp1_power",
    "{sign}/battery_voltage",
    "{sign}/rsrp",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """Where the demo leaves its results, how long it records, and by which limits it judges.

    ``changes`` are limits of the two jobs in place of those shipped.
    """

    out: Path
    data: Path
    texts: Texts
    for_s: float = FOR_S
    changes: Mapping[str, float] = field(default_factory=lambda: CHANGES)


async def run_demo(options: DemoOptions, say: Say, stop: Stop) -> bool:
    """Simulate, record, tell, take a picture, commission a pole and a sign, export.

    False where a link stayed down or a job did not end commissioned.
    """
    words = options.texts
    say(words.get("services.demo.begin", s=options.for_s))
    await asyncio.to_thread(_fresh, options)
    commissioned = False
    simulator = FieldSimulator(demo_options())
    ready = await simulator.start()
    assets = ", ".join(asset.asset for asset in ready.assets)
    say(words.get("services.demo.ready", assets=assets))
    try:
        down, recorded = await _record(options, ready, say, stop)
        picture = options.out / "window.png"
        if recorded and await take_picture(options.data, picture):
            say(words.get("services.demo.picture", file=picture))
        if not stop.asked:
            jobs = DemoJobs(
                out=options.out, data=options.data, texts=options.texts, changes=options.changes
            )
            commissioned = await commission_demo(jobs, ready, say, stop)
    finally:
        await simulator.stop()
    for text in down:
        say(words.get("services.demo.down", what=text))
    if not recorded:
        raise worded(LinkError, words, "services.demo.no_sample", down="; ".join(down))
    await _leave(options, say, recorded)
    return not down and (commissioned or stop.asked)


async def _record(
    options: DemoOptions, ready: Ready, say: Say, stop: Stop
) -> tuple[list[str], int]:
    """Connect and record; what is not connected in the end, and how many samples are durable."""
    engine = await start_engine(EngineOptions(data=options.data, texts=options.texts))
    try:
        for connection in demo_connections(ready):
            await engine.connections.add(connection)
        await _tell(engine, options, say, stop)
        await engine.store.flush()
        down = [
            f"{one.saved.name}: {one.link.error or one.link.state.value}"
            for one in engine.connections.status()
            if one.link.state is not LinkState.CONNECTED
        ]
        return down, engine.recorder.samples
    finally:
        await engine.close()


def _fresh(options: DemoOptions) -> None:
    """Take away what the demo before has left, and nothing else that may lie there."""
    options.out.mkdir(parents=True, exist_ok=True)
    if not options.data.is_relative_to(options.out):
        return
    folder = DataFolder(options.data)
    folder.lock(options.texts)
    try:
        mark = folder.path / _MARK
        # The simulator of the demo before had other ports, so its data is not kept.
        left = [path for name in _LEFT for path in folder.path.glob(name)]
        if left and not mark.exists():
            raise worded(UserFacing, options.texts, "services.demo.not_ours", folder=folder.path)
        mark.touch()
        for path in left:
            path.unlink()
    finally:
        folder.release()


async def _tell(engine: Engine, options: DemoOptions, say: Say, stop: Stop) -> None:
    """The table, each second over itself on a terminal, each five seconds into a file."""
    terminal = sys.stdout.isatty()
    every_s = 1.0 if terminal else 5.0
    end = time.monotonic() + options.for_s
    height = 0
    engine.connections.status()  # The first look starts the rates.
    while (left := end - time.monotonic()) > 0:
        stopped = await stop.wait(min(every_s, left))
        lines = table(engine, time.time_ns())
        if terminal and height:
            say(f"\x1b[{height + 1}A\x1b[J" + "\n".join(lines))
        else:
            say("\n".join(lines))
        height = len(lines) - 1
        if stopped:
            return


def table(engine: Engine, now_ns: int) -> list[str]:
    """The connections with their rates, and some points with value, unit, age and quality."""
    lines = [f"{'connection':22}{'state':12}{'samples/s':>10}{'samples':>10}"]
    statuses = engine.connections.status()
    lines += [
        f"{one.saved.name:22}{one.link.state.value:12}{one.samples_per_s:>10.0f}"
        f"{one.counters.samples:>10}"
        for one in statuses
    ]
    lines.append(f"{'point':34}{'value':>12} {'unit':8}{'age':>7}  quality")
    for key in _shown(engine):
        sample = engine.live.latest(key)
        if sample is not None:
            lines.append(_line(engine, key, sample, now_ns))
    lines.append("")
    return lines


def _line(engine: Engine, key: PointKey, sample: Sample, now_ns: int) -> str:
    point = engine.connections.point(key)
    value = sample.value
    if isinstance(value, float):
        decimals = point.decimals if point else 1
        # Rounded first: what rounds to zero has no sign.
        text = f"{round(value, decimals) + 0.0:.{decimals}f}"
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    unit = display(point.unit) if point else ""
    age = (now_ns - sample.received_ns) / 1e9
    return f"{key!s:34}{text:>12} {unit:8}{age:>6.1f}s  {quality_name(sample.quality)}"


def _shown(engine: Engine) -> list[PointKey]:
    numbers = sorted({item.device.asset for item in engine.connections.attached()})
    pole = next((number for number in numbers if number.startswith("SP")), "")
    sign = next((number for number in numbers if number.startswith("TS")), "")
    return [PointKey.parse(text.format(pole=pole, sign=sign)) for text in SHOWN]


async def _leave(options: DemoOptions, say: Say, recorded: int) -> None:
    store = "sqlite://" + (options.data.resolve() / "store.db").as_posix()
    exported = await export(
        ExportOptions(
            store=store,
            points=(),
            start="",
            end="",
            out=options.out / "export.csv",
            texts=options.texts,
        )
    )
    words, rows, file = options.texts, exported.rows, exported.out
    say(words.get("services.demo.recorded", samples=recorded, rows=rows, file=file))
    say(words.get("services.demo.folder", folder=options.data))


async def take_picture(data: Path, out: Path) -> bool:
    """Draw the window off-screen in a process of its own, as this one has no Qt."""
    return await run_second("--data", str(data), "--screenshot", str(out), seconds=60.0)
