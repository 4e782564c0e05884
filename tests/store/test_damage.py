"""A damaged file is set aside, what its pages hold comes back, and the words say what is lost."""

import asyncio
import logging
import os
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from app.codecs.chunks_seal import BlobKind, seal, unseal
from app.core.errors import StoreUnavailable
from app.store.opening import open_reader, open_store
from tests.store.rowmaker import LAMP, POWER, SECOND, T0, sensor, sensor_batch

COUNT = 300_000
SOURCE, RECEIVED, VALUES = sensor(COUNT)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store of 300,000 samples, closed: made once, copied by each test."""
    folder = tmp_path_factory.mktemp("whole")

    async def fill():
        store = await open_store(f"sqlite://{folder}/samples.db")
        data = (SOURCE, RECEIVED, VALUES)
        for part in np.array_split(np.arange(COUNT), 60):
            store.append([sensor_batch(LAMP, *(column[part] for column in data))])
            await store.compact()
        await store.close()

    asyncio.run(fill())
    return folder


@pytest.fixture
def path(whole, tmp_path):
    target = tmp_path / "data"
    shutil.copytree(whole, target)
    return target / "samples.db"


async def reopened(path, *, damaged=True):
    """Open, and read all; whatever comes back is a sample that was written."""
    store = await open_store(f"sqlite://{path}")
    try:
        assert (store.recovery is not None) == damaged
        series = await store.read(POWER, 0, 2**62)
        rows = np.searchsorted(SOURCE, series.source_ns)
        assert (SOURCE[rows] == series.source_ns).all()
        assert (RECEIVED[rows] == series.received_ns).all()
        assert (VALUES[rows, 0] == series.values).all()
        if store.recovery is not None:
            kept = store.recovery.set_aside
            assert kept.exists()
            assert kept.name.startswith("samples.db.corrupt.")
            assert store.recovery.lost
        store.append([sensor_batch(LAMP, *sensor(10, start=T0 + 10**6 * SECOND))])
        await store.flush()
        return len(series), store.recovery
    finally:
        await store.close()


async def test_a_whole_file_is_left_alone(path):
    assert (await reopened(path, damaged=False))[0] == COUNT


async def test_a_checkpoint_that_was_cut_off_is_no_damage(path, tmp_path):
    """A full disk or a kill leaves pages of two times in the file; the log has the newer ones."""
    cut = tmp_path / "cut" / path.name
    cut.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("VACUUM")
        for name in (path.name, path.name + "-wal"):
            shutil.copy(path.with_name(name), cut.with_name(name))
    with cut.open("rb+") as file:
        file.seek(4096)
        file.write(bytes(4096 * 20))
    with closing(sqlite3.connect(f"{cut.as_uri()}?immutable=1", uri=True)) as alone:  # noqa: SIM117
        with pytest.raises(sqlite3.DatabaseError):
            alone.execute("SELECT * FROM meta").fetchall()
    assert (await reopened(cut, damaged=False))[0] == COUNT


async def test_a_number_that_is_only_in_the_log_is_no_damage(path, tmp_path):
    cut = tmp_path / "cut" / path.name
    cut.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        (own,) = connection.execute("SELECT value FROM meta WHERE name = 'store_id'").fetchone()
        connection.execute("DELETE FROM meta WHERE name = 'store_id'")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("INSERT INTO meta VALUES ('store_id', ?)", (own,))
        for name in (path.name, path.name + "-wal"):
            shutil.copy(path.with_name(name), cut.with_name(name))
    assert (await reopened(cut, damaged=False))[0] == COUNT


async def test_an_empty_file_is_set_aside(path):
    path.write_bytes(b"")
    assert (await reopened(path))[0] == 0


async def test_a_zeroed_header_costs_nothing(path):
    with path.open("r+b") as file:
        file.write(bytes(100))
    count, recovery = await reopened(path)
    assert count == COUNT
    assert recovery.recovered_samples == COUNT


async def test_a_zeroed_first_page_costs_nothing(path):
    with path.open("r+b") as file:
        file.write(bytes(16384))
    assert (await reopened(path))[0] == COUNT


@pytest.mark.parametrize("part", [0.0001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
async def test_a_truncated_file_gives_what_is_left(path, part):
    size = path.stat().st_size
    os.truncate(path, int(size * part))
    count, recovery = await reopened(path, damaged=True)
    assert COUNT * (part - 0.4) <= count <= COUNT
    assert recovery.recovered_samples == count


@pytest.mark.parametrize("seed", range(8))
async def test_a_random_page_costs_its_own_samples_only(path, seed, caplog):
    rng = np.random.default_rng(seed)
    pages = path.stat().st_size // 16384
    page = int(rng.integers(1, pages))
    with path.open("r+b") as file:
        file.seek(page * 16384)
        file.write(rng.bytes(16384))
    caplog.set_level(logging.CRITICAL, "app")
    store = await open_store(f"sqlite://{path}")
    try:
        series = await store.read(POWER, 0, 2**62)
        assert len(series) >= COUNT - 20 * 1024
        if store.recovery is not None:
            assert store.recovery.set_aside.exists()
    finally:
        await store.close()


async def test_every_bit_of_a_chunk_is_watched(path, expected_log):
    """A flipped bit inside a row leaves SQLite content; the seal is not."""
    with sqlite3.connect(path) as connection:
        place, data = connection.execute(
            "SELECT id, data FROM column_chunks ORDER BY id LIMIT 1"
        ).fetchone()
        broken = bytearray(data)
        broken[len(broken) // 2] ^= 4
        connection.execute("UPDATE column_chunks SET data = ? WHERE id = ?", (broken, place))
    connection.close()
    count, _ = await reopened(path, damaged=False)
    assert 0 < COUNT - count <= 1100
    assert any("damaged" in record.getMessage() for record in expected_log)


async def test_the_log_of_another_store_is_set_aside(path, tmp_path):
    other = tmp_path / "other.db"
    store = await open_store(f"sqlite://{other}")
    store.append([sensor_batch(LAMP, *sensor(2000, seed=9))])
    await store.flush()
    shutil.copy(f"{other}-wal", f"{path}-wal")
    await store.close()
    count, recovery = await reopened(path)
    assert count == COUNT
    assert recovery.set_aside.name.endswith("-wal")


async def test_damage_while_running_is_repaired_and_nothing_in_memory_is_lost(path, expected_log):
    mended = asyncio.Event()

    def watch(status):
        if not status.problem:
            mended.set()

    store = await open_store(f"sqlite://{path}", on_problem=watch)
    try:
        fresh = sensor_batch(LAMP, *sensor(500, start=T0 + COUNT * SECOND))
        store.append([fresh])
        await store.flush()
        size = path.stat().st_size
        with path.open("r+b") as file:
            for page in range(3, size // 16384):
                file.seek(page * 16384)
                file.write(os.urandom(4096))
        with pytest.raises(StoreUnavailable):
            await store.read(POWER, 0, 2**62)
        await asyncio.wait_for(mended.wait(), 20)
        await store.flush()
        assert store.recovery is not None
        series = await store.read(POWER, T0 + COUNT * SECOND - SECOND // 2, 2**62)
        assert len(series) == 500
    finally:
        await store.close()


async def test_a_file_of_another_program_is_refused_and_untouched(tmp_path):
    for name, make in {
        "text.db": lambda p: p.write_text("dear diary"),
        "foreign.db": lambda p: sqlite3.connect(p).execute("CREATE TABLE t (x)").connection.close(),
    }.items():
        file = tmp_path / name
        make(file)
        before = file.read_bytes()
        for _ in range(2):  # the first refusal leaves nothing that makes the file ours
            with pytest.raises(StoreUnavailable, match="no Wayside store"):
                await open_store(f"sqlite://{file}")
        assert file.read_bytes() == before


async def test_a_later_schema_is_refused_and_untouched(path):
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('wayside', '0099_later', '')"
        )
    connection.close()
    before = path.read_bytes()
    for opening in (open_store, open_reader):
        with pytest.raises(StoreUnavailable, match="later version"):
            await opening(f"sqlite://{path}")
    assert path.read_bytes() == before


async def test_two_versions_of_a_chunk_never_mix(path, expected_log):
    """A column that was written with other times is no evidence of anything."""
    with closing(sqlite3.connect(path)) as connection, connection:
        (store_id,) = connection.execute(
            "SELECT value FROM meta WHERE name = 'store_id'"
        ).fetchone()
        place, data = connection.execute("SELECT id, data FROM column_chunks LIMIT 1").fetchone()
        body = bytearray(unseal(BlobKind.COLUMN, store_id, place, data))
        body[0] ^= 1
        other = seal(BlobKind.COLUMN, store_id, place, bytes(body))
        connection.execute("UPDATE column_chunks SET data = ? WHERE id = ?", (other, place))
    count, _ = await reopened(path, damaged=False)
    assert 0 < COUNT - count <= 1100
    assert any("another version" in record.getMessage() for record in expected_log)


async def test_rows_of_another_store_are_not_recovered(path, tmp_path):
    """Pages of another store in the file: whole, sealed, and not ours."""
    other = tmp_path / "other.db"
    store = await open_store(f"sqlite://{other}")
    store.append([sensor_batch(LAMP, *sensor(5000, start=T0 - 10**16, seed=8))])
    await store.close()
    with path.open("r+b") as file:
        file.write(bytes(100))
        file.seek(0, os.SEEK_END)
        file.write(other.read_bytes())
    count, _ = await reopened(path)
    assert count == COUNT
