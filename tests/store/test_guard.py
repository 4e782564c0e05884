"""One program at a time, on a disk of this machine; others may read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.errors import StoreUnavailable, UserFacing
from app.store.base import Store
from app.store.guard import network_type, refuse_network_share
from app.store.opening import open_reader, open_store, store_path
from tests.store.rowmaker import LAMP, POWER, T0, sensor, sensor_batch

ROOT = Path(__file__).parents[2]
HOLDER = """
import asyncio, sys
from app.store.opening import open_store
async def main():
    store = await open_store(sys.argv[1])
    print("open", flush=True)
    sys.stdin.read()
    await store.close()
asyncio.run(main())
"""

NOBODY = """
import asyncio, os, sys, encodings.idna, concurrent.futures.thread
from app.core.errors import StoreUnavailable
from app.store.opening import open_store
try:  # Once before, so that texts are read that nobody may read below a closed home folder.
    asyncio.run(open_store("sqlite:///proc/none/s.db"))
except StoreUnavailable as error:
    str(error)
if os.geteuid() == 0:
    os.setuid(65534)
try:
    asyncio.run(open_store(sys.argv[1]))
except StoreUnavailable as error:
    print(error)
"""


async def test_a_second_program_is_refused_by_the_first_one_s_number(tmp_path):
    url = f"sqlite://{tmp_path}/samples.db"
    with subprocess.Popen(  # noqa: ASYNC220 - the loop has nothing else to do
        [sys.executable, "-c", HOLDER, url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreUnavailable, match=f"process {holder.pid}"):
            await open_store(url)
        holder.communicate()
    store = await open_store(url)
    await store.close()


async def test_a_reader_sees_what_another_program_wrote(store, tmp_path):
    store.append([sensor_batch(LAMP, *sensor(3000))])
    await store.compact()
    store.append([sensor_batch(LAMP, *sensor(50, start=T0 - 10**15))])
    await store.flush()
    reader = await open_reader(f"sqlite://{tmp_path}/samples.db")
    try:
        assert len(await reader.read(POWER, 0, 2**62)) == 3050
        assert (await reader.points())[0].samples == 3050
        assert reader.status().bytes > 0
        await reader.flush()
        with pytest.raises(StoreUnavailable, match="only to read"):
            reader.append([])
        assert isinstance(reader.recovery, type(None))
    finally:
        await reader.close()


async def test_a_store_that_is_not_there_is_not_made_by_a_reader(tmp_path):
    with pytest.raises(StoreUnavailable, match="There is no store"):
        await open_reader(f"sqlite://{tmp_path}/none.db")
    assert list(tmp_path.glob("none*")) == []


@pytest.mark.parametrize(
    ("mount", "kind"),
    [
        ("/srv/share rw - nfs4 host:/x rw", "nfs4"),
        ("/srv rw - ext4 /dev/sda rw", ""),
        ("/srv/share\\040two rw - cifs //host/x rw", ""),
    ],
)
def test_a_network_share_is_told_by_its_mount(tmp_path, mount, kind):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"21 1 8:1 / / rw - ext4 /dev/sda1 rw\n36 21 0:52 / {mount}\n")
    path = Path("/srv/share/data/samples.db")
    assert network_type(path, mounts) == kind
    if kind:
        with pytest.raises(StoreUnavailable, match="nfs4"):
            refuse_network_share(path, mounts)


@pytest.mark.parametrize(
    "url", ["postgresql://x/y", "sqlite://samples.db", "sqlite:samples.db", "sqlite:///dir/", ""]
)
def test_a_wrong_address_is_named(url):
    with pytest.raises(UserFacing, match="sqlite:///absolute"):
        store_path(url)


def test_addresses_of_both_worlds():
    assert store_path("sqlite:///a%20b/c.db") == Path("/a b/c.db")


async def test_append_after_close_is_refused(tmp_path):
    store: Store = await open_store(f"sqlite://{tmp_path}/s.db")
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable):
        store.append([])


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o555)
    for above in (tmp_path, *tmp_path.parents):
        if above.stat().st_uid == os.getuid() and above.stat().st_mode & 0o077 == 0:
            above.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", NOBODY, f"sqlite://{folder}/s.db"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert "cannot be written" in done.stdout, done
