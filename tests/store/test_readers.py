"""Where reads run: a curve has a thread of its own beside long reads."""

import asyncio
import threading

from app.settings import limit
from app.store.readers import ReaderPool
from app.store.schema import open_reader, store_id


async def test_a_curve_does_not_wait_for_long_reads(store, tmp_path):
    path = tmp_path / "samples.db"
    connection = open_reader(path)
    number = store_id(connection)
    connection.close()
    pool = ReaderPool(path)
    go_on = threading.Event()
    long = [
        asyncio.create_task(pool.run(number, lambda _reader: go_on.wait(20)))
        for _ in range(int(limit("store", "readers")))
    ]
    try:
        async with asyncio.timeout(10):
            curves = await asyncio.gather(
                *(pool.curve(number, lambda _reader: threading.get_ident()) for _ in range(5))
            )
        assert not any(task.done() for task in long)
    finally:
        go_on.set()
        assert await asyncio.gather(*long) == [True] * len(long)
        await pool.close()
    assert len(set(curves)) == 1
