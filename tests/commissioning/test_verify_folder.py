"""A data folder proves itself: audit, records, and the evidence of every job in it."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from app.commissioning.sealing import SIGNED
from app.commissioning.verifying_folder import verify_folder
from app.core.errors import UserFacing
from app.services.engine import EngineOptions, start_engine
from app.settings import Texts
from app.store.opening import open_store
from app.store.records_rows import Table
from tests.fakes.jobs import no_fade, open_site, run

TEXTS = Texts("en")
CHECKS = ("config/lamp1", "door_closed/door")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A data folder with one job, closed."""
    folder = tmp_path_factory.mktemp("folder") / "data"
    asyncio.run(_fill(folder))
    return folder


async def _fill(folder):
    site = await open_site(folder, poles=1, signs=0, seed=7)
    no_fade(site)
    job = await site.job("SP-0001", lambda check: check.id in CHECKS)
    await run(job)
    await site.close()


@pytest.fixture
def data(kept, tmp_path):
    return shutil.copytree(kept, tmp_path / "data")


def bad(folder):
    return [proof for proof in asyncio.run(verify_folder(folder, TEXTS)) if not proof.good]


def rows(folder, table):
    with closing(sqlite3.connect(folder / "store.db")) as store:
        return store.execute(f"SELECT id, key, data FROM {table.sql} ORDER BY id").fetchall()  # noqa: S608


def alter(folder, table, number, at):
    """Change one byte of a row's data where it lies in the file, as an editor of files would."""
    row = rows(folder, table)[number]
    file = folder / "store.db"
    whole = bytearray(file.read_bytes())
    # The row may lie in pieces on several pages, and older revisions of it in free ones.
    around = row[2][max(0, at - 8) : at + 24]
    for found in re.finditer(re.escape(around), bytes(whole)):
        place = found.start() + min(at, 8)
        whole[place] ^= 0x01
        file.write_bytes(whole)
        if rows(folder, table)[number][2][at] != row[2][at]:
            return row
        whole[place] ^= 0x01
    raise AssertionError("the row does not lie in the file")


async def test_a_whole_folder_is_proved_without_a_change_of_it(data):
    before = hashlib.sha256((data / "store.db").read_bytes()).hexdigest()
    proofs = await verify_folder(data, TEXTS)
    assert [proof.text for proof in proofs if not proof.good] == []
    assert {"audit", "chain", "replayed", "records_command", "records_job"} <= {
        proof.id for proof in proofs
    }
    assert hashlib.sha256((data / "store.db").read_bytes()).hexdigest() == before


async def test_a_folder_in_use_is_proved_beside_the_program_that_uses_it(data):
    engine = await start_engine(EngineOptions(data=data))
    try:
        await engine.audit.record("Li Wei", "note", "SP-0001")
        assert [proof.text for proof in await verify_folder(data, TEXTS) if not proof.good] == []
        await engine.audit.record("Li Wei", "note", "SP-0001")
        assert await engine.audit.verify() == []
    finally:
        await engine.close()


async def test_a_signature_that_was_taken_out_of_its_job_is_missed(data):
    engine = await start_engine(EngineOptions(data=data))
    (job,) = await engine.audit.records.jobs()
    await engine.audit.record("Li Wei", SIGNED, job)
    await engine.close()
    (found,) = [proof for proof in await verify_folder(data, TEXTS) if not proof.good]
    assert (found.id, found.at) == ("unsealed", job)


@pytest.mark.parametrize("table", [Table.AUDIT, Table.COMMAND, Table.JOB, Table.ATTEMPT])
@pytest.mark.parametrize("part", [0.1, 0.9])
def test_one_altered_byte_is_named_with_its_row(data, table, part):
    number = len(rows(data, table)) // 2
    at = int(len(rows(data, table)[number][2]) * part)
    place, key, _ = alter(data, table, number, at)
    (found,) = [proof for proof in bad(data) if proof.id in ("audit", "record", "evidence")]
    assert f"byte {at} (" in found.at
    if table is Table.ATTEMPT:
        assert key in found.text
    else:
        assert f"{table.sql} {place}" in found.at


def test_a_row_that_was_taken_out_or_moved_to_another_job_is_missed(data):
    with closing(sqlite3.connect(data / "store.db", isolation_level=None)) as store:
        place, key = store.execute("SELECT id, key FROM attempt ORDER BY id").fetchall()[1]
        store.execute("UPDATE attempt SET key = 'other' WHERE id = ?", (place,))
        assert {"evidence", "orphan"} <= {proof.id for proof in bad(data)}
        store.execute("DELETE FROM attempt WHERE id = ?", (place,))
    (found,) = [proof for proof in bad(data) if proof.id == "evidence"]
    assert key in found.text
    assert "2" in found.at


def test_a_file_whose_pages_are_damaged_is_told(data):
    file = data / "store.db"
    whole = bytearray(file.read_bytes())
    with closing(sqlite3.connect(file)) as store:
        (page,) = store.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'attempt'"
        ).fetchone()
        (size,) = store.execute("PRAGMA page_size").fetchone()
    whole[(page - 1) * size : (page - 1) * size + 100] = bytes(100)
    file.write_bytes(whole)
    (found,) = bad(data)
    assert found.id == "store"


async def test_a_folder_without_a_job_says_so_and_one_without_a_store_is_refused(tmp_path):
    with pytest.raises(UserFacing):
        await verify_folder(tmp_path, TEXTS)
    store = await open_store(f"sqlite://{tmp_path}/store.db")
    await store.close()
    proofs = await verify_folder(tmp_path, TEXTS)
    assert all(proof.good for proof in proofs)
    assert {"no_job", "readings"} <= {proof.id for proof in proofs}
