"""A program that switches a point for a while and is killed in a given state, as by kill -9."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.services.commanding import LAMP, engine_on, send, single


async def main(data: str, url: str, state: str, trial_s: str) -> None:
    async with engine_on(Path(data), single(url)) as engine:

        def die(command) -> None:
            if command.state.value == state:
                os.kill(os.getpid(), signal.SIGKILL)

        engine.commands.on_change(die)
        await send(engine, LAMP, "set_fade_time", 3.0, id="one", trial_s=float(trial_s))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
