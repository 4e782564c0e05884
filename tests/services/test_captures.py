"""A connection recorded raw: whole files, one link each, ended with the link."""

import pytest

from app.codecs.capture import CaptureReader, CaptureRecord
from app.core.errors import UserFacing
from app.core.profiles import RegisterTable
from app.services.connection_file import SavedConnection
from app.services.engine import EngineOptions, start_engine
from tests.fakes.modbus_unit import ModbusUnits

pytestmark = pytest.mark.peer


@pytest.fixture
async def engine(tmp_path):
    """An engine with one open connection and no device, so that only a test asks."""
    units = await ModbusUnits(11).start()
    running = await start_engine(EngineOptions(data=tmp_path / "data"))
    url = f"modbus+tcp://127.0.0.1:{units.port}"
    await running.connections.add(SavedConnection(name="pole/1", url=url))
    yield running
    await running.close()
    await units.stop()


async def ask(engine) -> None:
    await engine.connections.link("pole/1").read(11, RegisterTable.HOLDING, 0, 2)


def records(file) -> list[CaptureRecord]:
    reader = CaptureReader()
    reader.receive_data(file.read_bytes())
    found = []
    while (event := reader.next_event()) is not None:
        found.append(event)
    assert reader.finish() is None
    return [event for event in found if isinstance(event, CaptureRecord)]


async def test_a_capture_is_whole_when_it_is_stopped(engine) -> None:
    file = engine.captures.start("pole/1")
    assert engine.captures.file("pole/1") == file
    await ask(engine)
    assert engine.captures.stop("pole/1") == file
    await ask(engine)
    assert [record.sent for record in records(file)] == [True, False]
    assert engine.captures.file("pole/1") is None
    assert engine.captures.stop("pole/1") is None


async def test_a_second_capture_leaves_the_first_alone(engine) -> None:
    first = engine.captures.start("pole/1")
    await ask(engine)
    second = engine.captures.start("pole/1")
    assert second != first
    assert len(records(first)) == 2
    assert records(second) == []


async def test_a_capture_ends_with_its_link(engine) -> None:
    file = engine.captures.start("pole/1")
    await ask(engine)
    await engine.connections.enable("pole/1", enabled=False)
    assert engine.captures.file("pole/1") is None
    assert engine.captures.start("pole/1") is None
    await engine.connections.enable("pole/1", enabled=True)
    assert engine.captures.file("pole/1") is None
    await ask(engine)
    assert len(records(file)) == 2


async def test_a_folder_that_takes_no_file_is_told(engine) -> None:
    engine.folder.captures.write_text("a file where the folder should be")
    with pytest.raises(UserFacing, match="cannot be used"):
        engine.captures.start("pole/1")
