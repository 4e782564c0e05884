"""A program that writes rows until it is killed; prints how many are durable after each flush."""

import asyncio
import sys

from app.store.opening import open_store
from tests.store.rowmaker import LAMP, MIXED, SECOND, T0, batch, sensor_batch

PER_FLUSH = 150


async def main(url: str, first: int) -> None:
    store = await open_store(url)
    at = first
    while True:
        times = [T0 + (at + i) * SECOND for i in range(PER_FLUSH)]
        values = [[(at + i) / 10] for i in range(PER_FLUSH)]
        store.append([sensor_batch(LAMP, times, times, values)])
        row = (times[0], times[0], (at / 10, at, at % 2, 0), None)
        store.append([batch(MIXED, [row], [f"no. {at}"])])
        await store.flush()
        at += PER_FLUSH
        sys.stdout.write(f"{at}\n")
        sys.stdout.flush()


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
