"""kill -9 at any moment: what was acknowledged is there, and the file is whole."""

import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np

from app.core.rows import PointKey
from app.store.opening import open_store
from tests.store.rowmaker import POWER, SECOND, T0

ROOT = Path(__file__).parents[2]
KILLS = 15


def run_until_killed(path, first, flushes):
    """Let a child write, kill it while it goes on; returns the rows it saw acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.writing_child", f"sqlite://{path}", str(first)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        acked = first
        for _ in range(flushes):
            acked = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
        return int(rest[-1]) if rest else acked


async def test_kill_9_costs_nothing_that_was_acknowledged(tmp_path):
    path, acked = tmp_path / "samples.db", 0
    dice = random.Random(4)
    for _ in range(KILLS):
        acked = run_until_killed(path, acked, dice.randint(1, 12))
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store = await open_store(f"sqlite://{path}")
    try:
        assert store.recovery is None
        series = await store.read(POWER, 0, 2**62)
        numbers = np.rint(series.values * 10).astype(int)
        assert numbers[:acked].tolist() == list(range(acked))
        assert (series.source_ns == T0 + numbers * SECOND).all()
        texts = await store.read(PointKey(device="pole", point="text"), 0, 2**62)
        assert [t.split()[1] for t in texts.values] == [
            str(n)
            for n in (await store.read(PointKey(device="pole", point="count"), 0, 2**62)).values
        ]
    finally:
        await store.close()
