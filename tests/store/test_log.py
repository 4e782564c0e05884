"""The write-ahead log: moved into the file when it has grown, not with every commit."""

import numpy as np

from app.settings import limit
from tests.store.rowmaker import LAMP, SECOND, T0, sensor_batch


async def test_a_log_that_was_moved_is_small_again(store, tmp_path):
    wal = tmp_path / "samples.db-wal"
    largest, at, sizes = limit("store", "wal_bytes") / 4, 0, []
    for _ in range(80):
        times = T0 + np.arange(at, at + 3000) * SECOND
        store.append([sensor_batch(LAMP, times, times, np.sin(times)[:, None])])
        at += 3000
        await store.flush()
        sizes.append(wal.stat().st_size)
    assert max(sizes) >= largest
    after = sizes[sizes.index(max(sizes)) + 2 :]
    assert after
    assert min(after) < largest / 2
