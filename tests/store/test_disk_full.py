"""The disk says no: nothing is lost, the status says why, and it goes on by itself."""

import asyncio
import os
import resource
import sqlite3
import subprocess
from contextlib import closing, contextmanager, suppress

import numpy as np
import pytest

from app.core.errors import StoreUnavailable
from app.settings import Texts, _limits
from app.store.opening import open_reader, open_store
from tests.store.rowmaker import LAMP, POWER, SECOND, T0, sensor_batch


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch):
    monkeypatch.setitem(_limits("store"), "retry_s", 0.05)
    monkeypatch.setitem(_limits("store"), "busy_s", 0.1)


@contextmanager
def largest_file(size):
    """No file of this process can grow beyond a size: writes fail as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def rows(first, count):
    times = T0 + np.arange(first, first + count) * SECOND
    return sensor_batch(LAMP, times, times, (np.arange(first, first + count) / 10)[:, None])


def file_size(path):
    return path.stat().st_size


class Watch:
    """Collects what the store tells about its problems."""

    def __init__(self):
        self.problems = []
        self._changed = asyncio.Event()

    def __call__(self, status):
        self.problems.append(status.problem_id)
        self._changed.set()

    async def until(self, *names):
        async with asyncio.timeout(20):
            while not self.problems or self.problems[-1] not in names:
                self._changed.clear()
                await self._changed.wait()


async def refused(store):
    with pytest.raises(StoreUnavailable):
        await store.flush()


async def check_all(store, count):
    series = await store.read(POWER, 0, 2**62)
    assert np.rint(series.values * 10).astype(int).tolist() == list(range(count))


async def test_writes_fail_at_every_size_and_nothing_is_lost(tmp_path):
    """The n-th write fails, for many n: in the journal, in a compaction, in a checkpoint."""
    watch, path, wal = Watch(), tmp_path / "samples.db", tmp_path / "samples.db-wal"
    store = await open_store(f"sqlite://{path}", on_problem=watch)
    try:
        at = 0
        for step in range(24):
            size = file_size(store._path if step % 2 else wal)
            with largest_file(size + step * 5000):
                for _ in range(4):
                    store.append([rows(at, 1500)])
                    at += 1500
                    if step % 3 == 0:
                        await store_flush_or_not(store)
                if step % 4 == 0 and not store.status().problem:
                    store._writer.inbox.post(store._writer.compact)
                await store_flush_or_not(store)
                status = store.status()
                if status.problem_id:
                    assert status.problem == Texts().get(f"store.{status.problem_id}")
            await flushed(store)
            assert store.status().pending_samples == 0
        await store.compact()
        assert store.status().problem == ""
        assert {"io", "full"} & set(watch.problems)
        assert store.dropped_samples == 0
        await check_all(store, at)
    finally:
        await store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def store_flush_or_not(store):
    try:
        await store.flush()
    except StoreUnavailable:
        return


async def flushed(store):
    """Flush again and again until the store has found out that the disk is back."""
    async with asyncio.timeout(20):
        while True:
            try:
                await store.flush()
            except StoreUnavailable:
                continue
            return


async def test_a_queue_that_is_full_drops_the_oldest_and_counts_them(tmp_path, monkeypatch):
    monkeypatch.setitem(_limits("store"), "queue_bytes", 100_000.0)
    watch = Watch()
    store = await open_store(f"sqlite://{tmp_path}/samples.db", on_problem=watch)
    try:
        size = 0
        with largest_file(size):
            for number in range(10):
                store.append([rows(number * 1000, 1000)])
                await refused(store)
            await watch.until("dropped")
        await flushed(store)
        kept = await store.read(POWER, 0, 2**62)
        assert len(kept) + store.dropped_samples == 10_000
        assert store.dropped_samples >= 6000
        assert kept.source_ns[-1] == T0 + 9999 * SECOND
    finally:
        await store.close()


async def test_another_program_holds_the_file_locked(tmp_path):
    watch = Watch()
    store = await open_store(f"sqlite://{tmp_path}/samples.db", on_problem=watch)
    try:
        with closing(sqlite3.connect(tmp_path / "samples.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            store.append([rows(0, 10)])
            await watch.until("locked")
            await refused(store)
            assert store.status().pending_samples == 10
            other.execute("ROLLBACK")
            await watch.until("")
        await store.flush()
        await check_all(store, 10)
        assert watch.problems == ["locked", ""]
    finally:
        await store.close()


async def test_closing_while_the_disk_is_gone_says_what_is_lost(tmp_path, expected_log):
    store = await open_store(f"sqlite://{tmp_path}/samples.db")
    with largest_file(0):
        store.append([rows(0, 700)])
        await store.close()
    assert any("700 samples could not be written" in r.getMessage() for r in expected_log)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of four megabytes; needs the right to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def test_a_disk_that_fills_up_and_gets_space_again(small_disk):
    watch = Watch()
    store = await open_store(f"sqlite://{small_disk}/samples.db", on_problem=watch)
    try:
        filler = small_disk / "filler"
        filler.write_bytes(bytes(3_000_000))
        at = 0
        while "full" not in watch.problems:
            store.append([rows(at, 3000)])
            at += 3000
            await store_flush_or_not(store)
        await refused(store)
        filler.unlink()
        await watch.until("")
        await store.flush()
        await check_all(store, at)
    finally:
        await store.close()


async def test_a_store_on_a_full_disk_can_be_read_all_the_same(small_disk):
    url = f"sqlite://{small_disk}/samples.db"
    store = await open_store(url)
    store.append([rows(0, 700)])
    await store.close()
    for beside in small_disk.glob("samples.db?*"):
        beside.unlink()
    with suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
        while filler.write(bytes(4096)):
            pass
    with pytest.raises(StoreUnavailable) as refused_with:
        await open_store(url)
    assert "wayside export" in refused_with.value.action
    reader = await open_reader(url)
    try:
        await check_all(reader, 700)
    finally:
        await reader.close()
