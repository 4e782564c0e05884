"""A data folder proves itself: audit, records, and the evidence of every job in it."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from app.commissioning.sealing import SIGNED, sign_off
from app.commissioning.signing import operator_key
from app.commissioning.verifying_folder import verify_folder
from app.core.commands import CommandState
from app.core.errors import UserFacing
from app.core.rows import PointKey
from app.links.secrets import MemorySecrets
from app.services.engine import EngineOptions, start_engine
from app.settings import RESOURCES, Texts
from app.store.opening import open_store
from app.store.records_rows import JSON_AT, Table
from tests.fakes.jobs import no_fade, open_site, run
from tests.services.commanding import LAMP, send

TEXTS = Texts("en")
BELONG = "That they belong to this"
TABLES = (Table.AUDIT, Table.COMMAND, Table.JOB, Table.ATTEMPT, Table.CHAIN, Table.TRIAL)
CHECKS = ("config/lamp1", "door_closed/door")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A data folder with a signed job and one that is not, closed."""
    folder = tmp_path_factory.mktemp("folder") / "data"
    asyncio.run(_fill(folder))
    return folder


async def _fill(folder):
    site = await open_site(folder, poles=1, signs=0, seed=7)
    no_fade(site)
    signed = await site.job("SP-0001", lambda check: check.id in CHECKS)
    await run(signed)
    key = await operator_key("Li Wei", MemorySecrets())
    folders = (RESOURCES, site.engine.folder.path)
    await sign_off(signed, key, site.engine.audit, folders, soaked=False)
    job = await site.job("SP-0001", lambda check: check.id in CHECKS)
    await run(job)
    switched = await send(site.engine, LAMP, "set_fade_time", 3.0, trial_s=3600.0)
    await site.engine.trials.keep(PointKey(device=LAMP, point="fade_time"), "Li Wei")
    assert switched.state is CommandState.CONFIRMED
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
    assert {"audit", "chain", "replayed", "records_command", "records_job", "records_trial"} <= {
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
    _, job = await engine.audit.records.jobs()
    await engine.audit.record("Li Wei", SIGNED, job)
    await engine.close()
    (found,) = [proof for proof in await verify_folder(data, TEXTS) if not proof.good]
    assert (found.id, found.at) == ("unsealed", job)


def told(folder, language="en"):
    """What is wrong, and what is said to follow from it."""
    proofs = asyncio.run(verify_folder(folder, Texts(language)))
    wrong = [proof for proof in proofs if not proof.good]
    follows = [proof for proof in proofs if proof.said_only and proof.id != "unproved"]
    return wrong, follows


def is_plain(text):
    """No Python in it, and no number that only the program knows."""
    return not any(part in text for part in ("('", "{", "None", "True", " -", "tmp"))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("part", [0.02, 0.3, 0.9])
def test_one_altered_byte_is_told_once_with_its_row_and_what_follows(data, table, part):
    number = len(rows(data, table)) // 2
    at = int(len(rows(data, table)[number][2]) * part)
    place, key, _ = alter(data, table, number, at)
    for language in ("en", "zh_CN"):
        (found,), (follows,) = told(data, language)
        assert found.at.startswith(f"{table.sql} {place}, byte {at} (")
        assert table.sql in found.text
        assert str(place) in found.text
        assert is_plain(found.text + follows.text)
        assert ("SP-0001" in found.text) != (table is Table.CHAIN and key == "audit:")
        if at >= JSON_AT:
            assert ("字段" if language == "zh_CN" else "field ") in found.text
        if table is not Table.CHAIN:
            assert re.search(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.text)


def test_the_field_that_was_altered_is_named(data):
    name = b'"verdict":"pass"'
    number, (_, job, row) = next(
        found for found in enumerate(rows(data, Table.ATTEMPT)) if name in found[1][2]
    )
    alter(data, Table.ATTEMPT, number, row.index(name) + len(name) - 3)
    (found,), (follows,) = told(data)
    assert found.text.startswith(f"{job}: Altered: table attempt, row {number + 1}: ")
    assert " of SP-0001, try 1, " in found.text
    assert "field attempt.outcome.verdict, byte " in found.text
    assert follows.text.endswith("The rest was proved with that byte put back.")


@pytest.mark.parametrize("table", [None, Table.AUDIT, Table.ATTEMPT, Table.JOB])
def test_every_byte_is_as_signed_only_where_none_of_the_job_was_altered(data, table):
    if table is not None:
        number, row = next(
            (at, row[2])
            for at, row in enumerate(rows(data, table))
            if table is not Table.JOB or b'"seal":{' in row[2]
        )
        alter(data, table, number, len(row) // 2)
    said = [proof.id for proof in asyncio.run(verify_folder(data, TEXTS)) if proof.good]
    assert ("bytes" in said) is (table in (None, Table.AUDIT))


def test_a_row_that_is_filed_under_another_name_is_told_once(data):
    for table in TABLES:
        place, key, _ = rows(data, table)[-1]
        with closing(sqlite3.connect(data / "store.db", isolation_level=None)) as store:
            store.execute(f"UPDATE {table.sql} SET key = 'other' WHERE id = ?", (place,))  # noqa: S608
            (found,), _ = told(data)
            assert found.at == f"{table.sql} {place}"
            assert "filed under another name: other" in found.text
            store.execute(f"UPDATE {table.sql} SET key = ? WHERE id = ?", (key, place))  # noqa: S608


@pytest.mark.parametrize("table", TABLES)
def test_a_row_altered_in_many_bytes_is_told_once_with_what_cannot_be_proved(data, table):
    place, key, row = rows(data, table)[0 if table in (Table.COMMAND, Table.TRIAL) else 1]
    attempts = sum(job == key for _, job, _ in rows(data, Table.ATTEMPT))
    whole = bytes(byte ^ 0x15 for byte in row[JSON_AT:])
    with closing(sqlite3.connect(data / "store.db", isolation_level=None)) as store:
        query = f"UPDATE {table.sql} SET data = ? WHERE id = ?"  # noqa: S608
        store.execute(query, (row[:JSON_AT] + whole, place))
    (found,), follows = told(data)
    assert found.at == f"{table.sql} {place}"
    assert key in found.text
    assert "more than one byte" in found.text
    said = " ".join(proof.text for proof in follows)
    assert is_plain(said)
    expected = {
        Table.AUDIT: f"Entries before it: 1. {BELONG} audit cannot be proved any more.",
        Table.COMMAND: "Nothing else rests on it.",
        Table.JOB: f"Attempts of the job {key}: {attempts}. Without its record they prove nothing.",
        Table.ATTEMPT: f"Attempts before it: 1. {BELONG} job's chain cannot be proved any more.",
        Table.CHAIN: "",
        Table.TRIAL: "Nothing else rests on it.",
    }
    assert expected[table] in said


@pytest.mark.parametrize("table", ["layouts", "layout_copies", "segments"])
def test_one_altered_byte_beside_the_records_is_told_once(data, table):
    with closing(sqlite3.connect(data / "store.db", isolation_level=None)) as store:
        query = f"SELECT id, data FROM {table} ORDER BY id"  # noqa: S608
        place, blob = store.execute(query).fetchone()
        changed = bytearray(blob)
        changed[40] ^= 0x20
        store.execute(f"UPDATE {table} SET data = ? WHERE id = ?", (bytes(changed), place))  # noqa: S608
    for language in ("en", "zh_CN"):
        (found,), (follows,) = told(data, language)
        assert found.at == f"{table} {place}"
        assert "SP-0001" in found.text
        assert is_plain(found.text + follows.text)


def test_a_file_that_gives_itself_another_number_is_told_once(data):
    with closing(sqlite3.connect(data / "store.db", isolation_level=None)) as store:
        store.execute("UPDATE meta SET value = value + 1 WHERE name = 'store_id'")
    (found,), follows = told(data)
    assert (found.at, follows) == ("meta store_id", [])


def test_what_is_not_proved_is_said(data):
    (said,) = [proof for proof in asyncio.run(verify_folder(data, TEXTS)) if proof.id == "unproved"]
    assert "columns" in said.text
    assert "sessions" in said.text


def test_a_row_that_was_taken_out_is_missed_once(data):
    with closing(sqlite3.connect(data / "store.db", isolation_level=None)) as store:
        ((first, job), (last, other)) = (rows(data, Table.ATTEMPT)[at][:2] for at in (0, -1))
        store.execute("DELETE FROM attempt WHERE id = ?", (first,))
        (found,), _ = told(data)
        assert job in found.text
        assert "Entry 1 is missing." in found.text
        store.execute("DELETE FROM attempt WHERE id = ?", (last,))
        assert [job in found.text or other in found.text for found in told(data)[0]] == [True, True]


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
