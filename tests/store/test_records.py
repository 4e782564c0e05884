"""Records: durable, whole or not at all, and no change of the chains goes unseen."""

import asyncio
import hashlib
import itertools
import json
import sqlite3
import sys

import pytest

from app.core.commands import Command, CommandRequest, CommandState
from app.core.commissioning import Attempt, Frame, Limits, Outcome, Verdict
from app.core.errors import StoreUnavailable
from app.store.opening import open_reader, open_store
from app.store.records_chain import Flaw, Head
from app.store.records_reading import AuditDraft
from app.store.records_rows import JSON_AT, RecordRow, Table, canonical, pack, unpack
from app.store.schema import store_id


def draft(number: int, **more: str) -> AuditDraft:
    facts = {"who": "王", "where": "laptop", "action": "dim", "target": f"SP-{number:04}"}
    return AuditDraft(time_ns=10**18 + number, **{**facts, **more})


def command(name: str, state: CommandState = CommandState.QUEUED) -> Command:
    request = CommandRequest(device="SP-0001/lamp1", command="dim", value=40.5, who="w")
    return Command(id=name, request=request, risk=1, created_ns=1, expires_ns=2, state=state)


def attempt(number: int, job: str = "J1") -> Attempt:
    frame = Frame(kind="modbus", time_ns=1, device="d", note="", request="0b 06", response="0b 06")
    outcome = Outcome(
        verdict=Verdict.MARGINAL,
        measured="118.4",
        limits=Limits(low=108.0, high=132.0),
        values={"power": ((0.0, 1.5), (1.0, 2.5))},
        frames=(frame,),
    )
    return Attempt(
        job=job, check="ramp", number=number, started_ns=1, ended_ns=2, outcome=outcome, who="w"
    )


@pytest.fixture
async def filled(tmp_path):
    """The path of a closed store with 20 audit entries and three attempts."""
    store = await open_store(f"sqlite://{tmp_path}/samples.db")
    for number in range(1, 21):
        await store.records.append_audit(draft(number))
    for number in (1, 2, 3):
        await store.records.save_attempt(attempt(number))
    await store.close()
    return tmp_path / "samples.db"


async def flaws(path, *anchors):
    store = await open_store(f"sqlite://{path}")
    try:
        return [
            (flaw.flaw, flaw.number, flaw.last)
            for flaw in await store.records.verify_audit(anchors)
        ]
    finally:
        await store.close()


def tamper(path, work) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    work(db, store_id(db))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def row(db, store, number) -> RecordRow:
    (data,) = db.execute("SELECT data FROM audit WHERE id = ?", (number,)).fetchone()
    return unpack(Table.AUDIT, store, number, data)


def put(db, store, number, document) -> None:
    """What somebody can do who knows the format: a row with a right seal and hash of its own."""
    data = pack(Table.AUDIT, store, number, 1, canonical(document))
    db.execute("INSERT OR REPLACE INTO audit VALUES (?, 'SP-0001', 'dim', ?)", (number, data))


async def test_entries_chain_and_are_read_as_they_were_written(store) -> None:
    entries = [await store.records.append_audit(draft(number)) for number in range(1, 6)]
    assert await store.records.audit() == entries
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0].previous_hash == "0" * 64
    for before, after in itertools.pairwise(entries):
        assert after.previous_hash == before.hash
    assert await store.records.audit(target="SP-0003") == [entries[2]]
    assert await store.records.audit(after=3, most=1) == [entries[3]]
    assert await store.records.audit_head() == Head(number=5, hash=entries[4].hash)
    assert await store.records.verify_audit() == []


async def test_an_independent_reader_of_the_file_finds_the_same(filled) -> None:
    """Only SQL, JSON and SHA-256: what an auditor needs to write."""
    db = sqlite3.connect(filled)
    previous = "0" * 64
    for number, data in db.execute("SELECT id, data FROM audit ORDER BY id"):
        document = data[JSON_AT:]
        entry = json.loads(document)
        assert (entry["number"], entry["previous_hash"]) == (number, previous)
        previous = hashlib.sha256(document).hexdigest()
        again = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert again.encode() == document
    shown = db.execute("SELECT number, who, target FROM audit_entries").fetchall()
    assert shown[19] == (20, "王", "SP-0020")
    db.close()


def edited_bytes(db, store) -> None:
    data = bytearray(db.execute("SELECT data FROM audit WHERE id = 7").fetchone()[0])
    data[-20] ^= 1
    db.execute("UPDATE audit SET data = ? WHERE id = 7", (bytes(data),))


def edited_well(db, store) -> None:
    put(db, store, 7, {**row(db, store, 7).document, "who": "nobody"})


def deleted(db, store) -> None:
    db.execute("DELETE FROM audit WHERE id IN (5, 6)")


def reordered(db, store) -> None:
    one, two = row(db, store, 8).document, row(db, store, 9).document
    put(db, store, 8, two)
    put(db, store, 9, one)


def swapped_raw(db, store) -> None:
    one, two = (
        db.execute("SELECT data FROM audit WHERE id = ?", (number,)).fetchone()[0]
        for number in (8, 9)
    )
    db.execute("UPDATE audit SET data = ? WHERE id = 8", (two,))
    db.execute("UPDATE audit SET data = ? WHERE id = 9", (one,))


def truncated(db, store) -> None:
    db.execute("DELETE FROM audit WHERE id > 17")


def cloned(db, store) -> None:
    put(db, store, 21, row(db, store, 3).document)


def renumbered(db, store) -> None:
    put(db, store, 21, {**row(db, store, 3).document, "number": 21})


@pytest.mark.parametrize(
    ("work", "found"),
    [
        (edited_bytes, {(Flaw.DAMAGED, 7, 7)}),
        (edited_well, {(Flaw.BROKEN, 8, 8)}),
        (deleted, {(Flaw.MISSING, 5, 6)}),
        (reordered, {(Flaw.MOVED, 8, 8), (Flaw.MOVED, 9, 9)}),
        (swapped_raw, {(Flaw.DAMAGED, 8, 8), (Flaw.DAMAGED, 9, 9)}),
        (truncated, {(Flaw.TRUNCATED, 18, 20)}),
        (cloned, {(Flaw.MOVED, 21, 21)}),
        (renumbered, {(Flaw.BROKEN, 21, 21)}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_tampering_is_found_with_the_number_of_the_entry(filled, work, found) -> None:
    assert await flaws(filled) == []
    tamper(filled, work)
    seen = set(await flaws(filled))
    assert found <= seen
    # What was not touched is not blamed, but for the gap or the neighbour of a forged row.
    assert len(seen) <= len(found) + 1


async def test_a_whole_chain_written_anew_is_found_by_an_anchor(filled) -> None:
    store = await open_store(f"sqlite://{filled}")
    anchor = await store.records.audit_head()
    await store.close()

    def forge(db, store):
        previous = "0" * 64
        for number in range(1, 19):
            document = {**row(db, store, number).document, "who": "x", "previous_hash": previous}
            previous = hashlib.sha256(canonical(document)).hexdigest()
            put(db, store, number, document)
        db.execute("DELETE FROM audit WHERE id > 18")
        place, data = db.execute("SELECT id, data FROM chain WHERE key = 'audit:'").fetchone()
        head = unpack(Table.CHAIN, store, place, data)
        document = canonical({**head.document, "number": 18, "hash": previous})
        data = pack(Table.CHAIN, store, place, head.revision + 1, document)
        db.execute("UPDATE chain SET data = ? WHERE id = ?", (data, place))

    tamper(filled, forge)
    assert await flaws(filled) == []
    assert await flaws(filled, anchor) == [(Flaw.TRUNCATED, 19, 20)]
    store = await open_store(f"sqlite://{filled}")
    for number in (19, 20):
        await store.records.append_audit(draft(number))
    await store.close()
    assert await flaws(filled, anchor) == [(Flaw.ANCHOR, 20, 20)]


async def test_after_a_cut_no_number_is_used_twice(filled) -> None:
    tamper(filled, truncated)
    store = await open_store(f"sqlite://{filled}")
    entry = await store.records.append_audit(draft(21))
    await store.close()
    assert entry.number == 21
    assert (Flaw.MISSING, 18, 20) in await flaws(filled)


async def test_commands_jobs_and_attempts_come_back_equal(store) -> None:
    records = store.records
    first = command("one")
    assert await records.begin_command(first, draft(1)) is first
    done = first.moved(CommandState.EXPIRED, 5, detail="late", measured=True)
    await records.save_command(done, draft(2))
    assert await records.begin_command(command("one"), draft(3)) == done
    await records.save_command(command("two", CommandState.UNKNOWN))
    assert await records.command("one") == done
    assert await records.command("none") is None
    assert [found.id for found in await records.commands()] == ["two", "one"]
    assert [found.id for found in await records.commands(unfinished=True)] == ["two"]
    assert len(await records.audit()) == 2
    for step in range(3):
        await records.save_job("J1", {"step": step, "texts": ["灯", "\ud800", float("inf")]})
    await records.save_job("J2", {})
    assert (await records.job("J1"))["step"] == 2
    assert (await records.job("J1"))["texts"][1:] == ["\ud800", float("inf")]
    assert list(await records.jobs()) == ["J1", "J2"]
    hashes = [await records.save_attempt(attempt(number)) for number in (1, 2)]
    other = await records.save_attempt(attempt(1, "J2"))
    kept = await records.attempts("J1")
    assert [item.attempt for item in kept] == [attempt(1), attempt(2)]
    assert [item.hash for item in kept] == hashes
    assert kept[1].previous_hash == kept[0].hash
    assert (await records.attempts("J2"))[0].hash == other
    assert await records.verify_attempts("J1") == []
    assert (await records.attempts_head("J1")).hash == hashes[1]


async def test_an_edited_attempt_is_found(filled) -> None:
    def work(db, store):
        place, data = db.execute("SELECT id, data FROM attempt ORDER BY id LIMIT 1").fetchone()
        document = unpack(Table.ATTEMPT, store, place, data).document
        document["attempt"]["outcome"]["measured"] = "120.0"
        data = pack(Table.ATTEMPT, store, place, 1, canonical(document))
        db.execute("UPDATE attempt SET data = ? WHERE id = ?", (data, place))

    tamper(filled, work)
    store = await open_reader(f"sqlite://{filled}")
    (flaw,) = await store.records.verify_attempts("J1")
    assert (flaw.flaw, flaw.number) == (Flaw.BROKEN, 2)
    await store.close()


async def test_recovery_of_a_damaged_file_keeps_the_records(filled) -> None:
    store = await open_store(f"sqlite://{filled}")
    await store.records.save_command(command("one"))
    for step in range(50):
        await store.records.save_job("J1", {"step": step, "text": "x" * 40_000})
    await store.close()
    data = bytearray(filled.read_bytes())
    data[:200] = bytes(200)
    filled.write_bytes(data)
    store = await open_store(f"sqlite://{filled}")
    assert store.recovery is not None
    records = store.records
    assert len(await records.audit()) == 20
    assert await records.verify_audit() == []
    assert await records.verify_attempts("J1") == []
    assert await records.command("one") == command("one")
    assert (await records.job("J1"))["step"] == 49
    await records.append_audit(draft(21))
    assert await records.verify_audit() == []
    await store.close()


async def test_a_closed_store_refuses_in_words(tmp_path) -> None:
    store = await open_store(f"sqlite://{tmp_path}/samples.db")
    await store.close()
    with pytest.raises(StoreUnavailable, match="is closed"):
        await store.records.append_audit(draft(1))


async def test_a_full_disk_refuses_in_words_and_leaves_nothing_half(store, tmp_path) -> None:
    """SQLite's own limit of pages stands for the disk: the same error, at the same places."""
    records = store.records
    await records.append_audit(draft(1))
    await store.flush()
    store._writer.ballast.free()
    (pages,) = store._writer.connection.execute("PRAGMA page_count").fetchone()
    store._writer.connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    large = draft(2, detail="x" * 200_000)
    with pytest.raises(StoreUnavailable, match="disk is full"):
        await records.append_audit(large)
    with pytest.raises(StoreUnavailable, match="disk is full"):
        await records.save_command(command("one"), large)
    assert await records.command("one") is None
    store._writer.ballast.path.write_bytes(bytes(10))
    free = store._writer.ballast.free

    def more() -> bool:
        store._writer.connection.execute(f"PRAGMA max_page_count = {pages + 99}").fetchone()
        return free()

    store._writer.ballast.free = more
    await records.save_command(command("one"), large)
    assert len(await records.audit()) == 2
    assert await records.verify_audit() == []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
async def test_what_was_awaited_is_there_after_kill_9(tmp_path) -> None:
    program = (
        "import asyncio, sys\n"
        "from app.store.opening import open_store\n"
        "from tests.store.test_records import draft\n"
        "async def main():\n"
        f"    store = await open_store('sqlite://{tmp_path}/samples.db')\n"
        "    while True:\n"
        "        entry = await store.records.append_audit(draft(1))\n"
        "        print(entry.number, flush=True)\n"
        "asyncio.run(main())\n"
    )
    told = 0
    for _ in range(2):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
        )
        async for line in child.stdout:
            told = int(line)
            if told % 40 == 0:
                break
        child.kill()
        await child.wait()
        store = await open_store(f"sqlite://{tmp_path}/samples.db")
        entries = await store.records.audit()
        assert len(entries) in (told, told + 1, told + 2)
        assert await store.records.verify_audit() == []
        await store.close()
