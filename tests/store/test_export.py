"""Exports hold every sample, read by programs that are not ours, and harm no spreadsheet."""

import csv
import importlib.util
import math

import duckdb
import pytest

from app.core.errors import UserFacing
from app.core.rows import PointKey
from app.store.export import export_csv, export_parquet
from tests.store.rowmaker import LAMP, MIXED, POWER, SECOND, T0, batch, sensor, sensor_batch

KEYS = [PointKey(device="pole", point=name) for name in ("power", "count", "door", "text")]


def mixed_rows():
    return batch(
        MIXED,
        [
            (T0, T0 + 5_000_000, (1.5, 2**60 + 1, 1, 0), None),
            (T0 + SECOND, T0 + SECOND, (-2.25, -7, 0, 1), None),
            (T0 + 2 * SECOND, T0 + 2 * SECOND + 1, (math.nan, 0, 0, 2), [0x81, 0x85, 0xC0, 0]),
        ],
        ("=1+1", '路灯 "A", B', "-x"),
    )


async def test_csv_is_what_was_stored(store, tmp_path):
    store.append([mixed_rows()])
    await store.flush()
    out = tmp_path / "out.csv"
    seen = []
    assert await export_csv(store, KEYS, 0, 2**62, out, seen.append) == 11
    assert seen[-1] == 1.0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["source_time", "receive_time", "device", "point", "value", "quality"]
    cells = [(r["point"], r["value"], r["quality"]) for r in rows]
    assert cells == [
        ("power", "1.5", "good"),
        ("power", "-2.25", "good"),
        ("power", "", "bad_range"),
        ("count", str(2**60 + 1), "good"),
        ("count", "-7", "good"),
        ("count", "", "bad_comms"),
        ("door", "true", "good"),
        ("door", "false", "good"),
        ("text", "'=1+1", "good"),
        ("text", '路灯 "A", B', "good"),
        ("text", "'-x", "good"),
    ]
    assert rows[0]["source_time"].startswith("2025-06-15T15:06:40.000")
    assert rows[2]["receive_time"] == "2025-06-15T15:06:42.000000001Z"


async def test_parquet_is_what_was_stored(store, tmp_path):
    store.append([mixed_rows()])
    await store.flush()
    out = tmp_path / "it's.parquet"
    assert await export_parquet(store, KEYS, 0, 2**62, out) == 11
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT epoch_ns(source_time), epoch_ns(receive_time), point, value, integer, text,"
            " quality FROM read_parquet(?)",
            [str(out)],
        ).fetchall()
    assert found[0] == (T0, T0 + 5_000_000, "power", 1.5, None, None, "good")
    assert found[3][4] == 2**60 + 1
    assert found[2][3] is None
    assert [row[5] for row in found[-3:]] == ["=1+1", '路灯 "A", B', "-x"]


async def test_parquet_without_its_library_names_the_command(store, tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(UserFacing, match=r"pip install wayside\[parquet\]"):
        await export_parquet(store, KEYS, 0, 1, tmp_path / "x.parquet")


async def test_a_long_export_comes_in_slices_and_loses_none(store, tmp_path):
    store.append([sensor_batch(LAMP, *sensor(250_000))])
    await store.flush()
    out, steps = tmp_path / "out.csv", []
    assert await export_csv(store, [POWER], 0, 2**62, out, steps.append) == 250_000
    assert len(steps) >= 3
    assert steps == sorted(steps)
    assert out.read_bytes().count(b"\n") == 250_001


async def test_a_failed_export_leaves_the_old_file(store, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("old")
    store.append([mixed_rows()])
    await store.flush()

    def refuse(_part):
        raise RuntimeError("cancelled")

    with pytest.raises(RuntimeError):
        await export_csv(store, KEYS, 0, 2**62, out, refuse)
    assert out.read_text() == "old"
    assert list(tmp_path.glob(".out.csv*")) == []
