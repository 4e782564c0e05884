"""Raw bytes to a file and back: a recorded link played again gives what it gave."""

import asyncio
from pathlib import Path

import pytest

from app.codecs.capture import (
    CaptureHeader,
    CaptureReader,
    CaptureRecord,
    encode_header,
    encode_record,
)
from app.core.errors import UserFacing
from app.core.links import LinkState, Message, RegistersRead
from app.core.profiles import RegisterTable
from app.links.base import ReplayedLink
from app.links.capture import CaptureWriter
from app.links.registry import build_link, parse_url
from app.settings import Texts
from tests.fakes.modbus_bus import KINDS, bus
from tests.fakes.waiting import until

HOLDING = RegisterTable.HOLDING
pytestmark = pytest.mark.usefixtures("no_task_left")


def records(path: Path) -> list:
    reader = CaptureReader()
    reader.receive_data(path.read_bytes())
    found = list(iter(reader.next_event, None))
    assert reader.finish() is None
    return found


async def play(path: Path, query: str = "speed=0") -> tuple[ReplayedLink, list, list]:
    link = build_link("again", parse_url(f"replay://{path}?{query}"))
    assert isinstance(link, ReplayedLink)
    reads: list[RegistersRead] = []
    messages: list[Message] = []
    link.on_registers(reads.extend)
    link.on_messages(messages.extend)
    await link.open()
    await until(lambda: link.status.state is LinkState.CLOSED)
    await link.close()
    return link, reads, messages


@pytest.mark.parametrize("kind", KINDS)
async def test_a_recorded_link_plays_again(kind: str, tmp_path) -> None:
    path = tmp_path / "bench.wcap"
    async with bus(kind) as proxy:
        link = build_link("bench", parse_url(proxy.url))
        writer = CaptureWriter(path, link.params.url())
        link.record(writer)
        await link.open()
        first = await link.read(1, HOLDING, 5, 10)
        await link.write_registers(2, 7, [1])
        second = await link.read(2, RegisterTable.INPUT, 0, 2)
        link.record(None)
        await link.read(1, HOLDING, 0, 1)
        await link.close()
        writer.close()
    found = records(path)
    assert found[0].url == proxy.url
    assert [record.sent for record in found[1::2]] == [True] * 3
    again, reads, _ = await play(path)
    assert [(read.unit, read.address, read.values) for read in reads] == [
        (1, 5, first),
        (2, 0, second),
    ]
    assert reads[0].received_ns == found[2].time_ns
    assert "played" in again.status.detail


async def test_messages_play_again_with_their_topics(tmp_path) -> None:
    path = tmp_path / "mqtt.wcap"
    writer = CaptureWriter(path, "mqtt://broker:1883/city/#", now_ns=iter(range(9)).__next__)
    writer.received(b'{"t":1}', note="city/灯/1")
    writer.sent(b"on", note="city/1/command")
    writer.received(b"", note="city/2")
    writer.close()
    _, _, messages = await play(path)
    assert messages == [Message("city/灯/1", b'{"t":1}', 1), Message("city/2", b"", 3)]


async def test_speed_is_that_of_the_recording(tmp_path, monkeypatch) -> None:
    path = tmp_path / "slow.wcap"
    times = (0, 100_000_000_000, 200_000_000_000)
    path.write_bytes(
        encode_header(CaptureHeader("mqtt://broker:1883", 0))
        + b"".join(encode_record(CaptureRecord(at, sent=False, data=b"x")) for at in times)
    )
    waits, sleep = [], asyncio.sleep

    async def asked_to_sleep(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", asked_to_sleep)
    _, _, messages = await play(path, "speed=2")
    assert [seconds for seconds in waits if seconds] == pytest.approx([50, 100], abs=10)
    assert [message.received_ns for message in messages] == list(times)
    _, _, now = await play(path, "speed=0&times=now")
    assert now[0].received_ns > 10**18


async def test_a_cut_file_plays_up_to_the_cut_and_says_so(tmp_path) -> None:
    path = tmp_path / "cut.wcap"
    whole = encode_header(CaptureHeader("mqtt://broker:1883", 0))
    whole += encode_record(CaptureRecord(1, sent=False, data=b"first"))
    path.write_bytes(whole + encode_record(CaptureRecord(2, sent=False, data=b"second"))[:-3])
    link, _, messages = await play(path)
    assert [message.payload for message in messages] == [b"first"]
    assert "ends in the middle of a record" in link.status.error


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no Wayside capture"),
        (b"#!/bin/sh", "is no Wayside capture"),
        (b"WCAP\r\n\x1a\n\x63\x00" + bytes(10), "newer Wayside"),
        (None, "cannot be read"),
    ],
)
async def test_what_is_no_capture_is_refused_in_words(content, said, tmp_path) -> None:
    path = tmp_path / "x.wcap"
    if content is not None:
        path.write_bytes(content)
    link = build_link("again", parse_url(f"replay://{path}"))
    with pytest.raises(UserFacing, match=said):
        await link.open()
    assert link.status.state is LinkState.CLOSED


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
async def test_a_full_disk_ends_the_capture_not_the_link(expected_log) -> None:
    writer = CaptureWriter(Path("/dev/full"), "mqtt://broker:1883")
    assert writer.problem is not None
    writer.received(b"more")
    writer.close()
    assert "capture" in expected_log[0].getMessage()


async def test_a_quiet_link_is_on_disk_within_a_second(tmp_path) -> None:
    path = tmp_path / "quiet.wcap"
    writer = CaptureWriter(path, "mqtt://broker:1883")
    header = path.stat().st_size
    writer.received(b"alone")
    assert path.stat().st_size == header
    await until(lambda: path.stat().st_size > header, 2)
    writer.close()


def test_texts_are_complete_in_both_languages() -> None:
    for key in ("cut", "damaged", "not_a_capture", "newer", "nothing"):
        name = f"modbus.capture.{key}.seen"
        assert Texts("zh_CN").get(name) not in (name, Texts("en").get(name))
