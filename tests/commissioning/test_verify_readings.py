"""One altered byte of the readings is told, with its device and its time, and never passed over."""

import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from app.codecs.chunks_seal import SEAL_SIZE
from app.commissioning.verifying_folder import verify_folder
from app.settings import Texts, _limits
from app.store.opening import open_store
from tests.cli.command import lines, run
from tests.store.rowmaker import LAMP, SECOND, T0, sensor, sensor_batch

FIRST, LAST = "2025-06-15T15:06:40Z", "2025-06-15T15:07:38Z"


async def filled(path, parts):
    store = await open_store(f"sqlite://{path}/store.db")
    source, received, values = sensor(60 * parts)
    for part in np.array_split(np.arange(60 * parts), parts):
        store.append([sensor_batch(LAMP, source[part], received[part], values[part])])
        await store.compact()
    await store.close()


def flip(path, table, at, bits=0x10):
    """Change one byte of the first row's data; at is counted from the front or the end."""
    with closing(sqlite3.connect(path / "store.db")) as store, store:
        (place, data) = store.execute(f"SELECT id, data FROM {table} ORDER BY id").fetchone()  # noqa: S608
        whole = bytearray(data)
        whole[at] ^= bits
        store.execute(f"UPDATE {table} SET data = ? WHERE id = ?", (bytes(whole), place))  # noqa: S608


async def readings(path, language="en"):
    """What is said of the readings; what follows from a damage is the last."""
    found = await verify_folder(path, Texts(language))
    return [p for p in found if p.id not in ("audit", "no_job", "unproved")]


async def test_whole_readings_are_counted(tmp_path):
    await filled(tmp_path, 3)
    (found,) = await readings(tmp_path)
    assert found.good
    assert found.text == "Pieces of readings, each passes its checksum: 3."


@pytest.mark.parametrize("at", [0, 3, SEAL_SIZE - 1, SEAL_SIZE, SEAL_SIZE + 5, 80, -1])
async def test_one_byte_of_a_segment_is_named_with_its_time(tmp_path, at):
    await filled(tmp_path, 3)
    flip(tmp_path, "segments", at)
    found, follows = await readings(tmp_path)
    assert (found.good, found.at) == (False, "segments 1")
    assert found.text == f"Altered: table segments, row 1: readings of lamp, {FIRST} to {LAST}."
    assert "left out of plots and exports" in follows.text
    found, _ = await readings(tmp_path, "zh_CN")
    assert f"{FIRST} 至 {LAST}" in found.text


async def test_more_than_one_byte_leaves_the_time_to_the_neighbours(tmp_path):
    await filled(tmp_path, 3)
    for at in (20, 40, 60):
        flip(tmp_path, "segments", at)
    found, _ = await readings(tmp_path)
    assert not found.good
    assert "before 2025-06-15T15:07:40Z" in found.text


@pytest.mark.parametrize("table", ["chunks", "column_chunks"])
async def test_one_byte_of_a_chunk_is_named(tmp_path, monkeypatch, table):
    monkeypatch.setitem(_limits("store"), "chunk_rows", 60.0)
    await filled(tmp_path, 2)
    flip(tmp_path, table, -1)
    found, _ = await readings(tmp_path)
    assert not found.good
    assert found.at.startswith(f"{table} ")
    assert FIRST in found.text


async def test_many_are_named_and_the_rest_counted(tmp_path):
    await filled(tmp_path, 7)
    with closing(sqlite3.connect(tmp_path / "store.db")) as store, store:
        store.execute("UPDATE segments SET row_count = row_count + 1")
    found = await readings(tmp_path)
    assert len(found) == 7
    assert found[5].text == "The same is wrong in more places: 2."


@pytest.mark.parametrize("at", [3, SEAL_SIZE - 1, SEAL_SIZE, SEAL_SIZE + 5, 80, -1])
async def test_one_byte_of_the_journal_is_named_with_its_time(tmp_path, at, expected_log):
    await filled(tmp_path, 1)
    store = await open_store(f"sqlite://{tmp_path}/store.db")
    store.append([sensor_batch(LAMP, *sensor(60, T0 + 60 * SECOND))])
    await store.flush()
    (copy := tmp_path / "copy").mkdir()
    for name in ("store.db", "store.db-wal"):
        shutil.copy(tmp_path / name, copy / name)
    await store.close()
    assert [proof.good for proof in await readings(copy)] == [True]
    flip(copy, "journal", at)
    found, _ = await readings(copy)
    assert found.at.startswith("journal ")
    assert "readings of lamp, 2025-06-15T15:07:40Z to 2025-06-15T15:08:3" in found.text
    found, _ = await readings(copy, "zh_CN")
    assert "表 journal 第" in found.text
    assert expected_log


@pytest.mark.parametrize("column", ["rollups.data", "spans.end_unit", "spans.first"])
async def test_one_byte_of_a_summary_is_named_and_the_readings_are_whole(
    tmp_path, monkeypatch, column
):
    small = {"chunk_rows": 8, "rollup_chunks": 3, "rollup_fan": 2, "rollup_samples": 2}
    for name, value in small.items():
        monkeypatch.setitem(_limits("store"), name, float(value))
    await filled(tmp_path, 6)
    assert [proof.good for proof in await readings(tmp_path)] == [True]
    if column == "rollups.data":
        flip(tmp_path, "rollups", 40)
    else:
        order = "DESC" if column == "spans.end_unit" else "ASC"
        with closing(sqlite3.connect(tmp_path / "store.db")) as store, store:
            (place,) = store.execute(f"SELECT id FROM spans ORDER BY id {order}").fetchone()  # noqa: S608
            store.execute("UPDATE spans SET end_unit = end_unit + 16 WHERE id = ?", (place,))
    whole, found, follows = await readings(tmp_path)
    assert whole.good
    assert found.at.startswith(column.split(".")[0])
    assert "the summary of lamp" in found.text
    assert follows.text.startswith("The readings themselves are whole.")
    assert len(await readings(tmp_path, "zh_CN")) == 3


@pytest.mark.peer
async def test_an_export_says_once_what_it_left_out_and_fails(tmp_path):
    await filled(tmp_path, 3)
    flip(tmp_path, "segments", 80)
    result = run("export", "--data", tmp_path, "--out", tmp_path / "a.csv", "--json")
    assert result.returncode == 1
    (facts,) = lines(result.stdout, "export")
    assert facts["rows"] == 120
    first, action = result.stderr.splitlines()
    assert facts["damaged"] == [first]
    assert f"readings of lamp, {FIRST} to {LAST}" in first
    assert "wayside verify" in action
    start = np.datetime64(T0 + 60 * SECOND, "ns")
    result = run(
        "export", "--data", tmp_path, "--out", tmp_path / "b.csv", "--from", f"{start}"[:19]
    )
    assert (result.returncode, result.stderr) == (0, "")
