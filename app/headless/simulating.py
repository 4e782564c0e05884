"""``wayside simulate``: the field simulator until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable

from app.headless.stopping import Stop
from app.simulator.options import SimulatorOptions
from app.simulator.run import FieldSimulator


async def simulate(
    options: SimulatorOptions, ready: Callable[[dict[str, object]], None], stop: Stop
) -> None:
    """Start, hand over what is served where, and serve until ``stop``."""
    simulator = FieldSimulator(options)
    facts = await simulator.start()
    try:
        ready(facts.as_dict())
        await stop.wait()
    finally:
        await simulator.stop()
