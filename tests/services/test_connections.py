"""Connections of a whole engine: kept, opened, watched, corrected, and told when they fail."""

import asyncio
import subprocess
from dataclasses import replace
from importlib import import_module

import pytest

from app.core.errors import UserFacing
from app.core.links import LinkState
from app.core.rows import PointKey
from app.services.connection_file import SavedAsset, SavedConnection, SavedDevice, parse
from app.services.engine import EngineOptions, start_engine
from app.settings import Texts
from tests.fakes.modbus_unit import ModbusUnits
from tests.fakes.mosquitto import Mosquitto
from tests.fakes.waiting import until
from tests.fakes.watchdog import loop_watchdog

# Loaded at first use, which the watchdog would take for a stall: here before any loop runs.
for late in ("app.links.diagnostics", "app.links.mqtt"):
    import_module(late)

__all__ = ["loop_watchdog"]
pytestmark = [pytest.mark.peer, pytest.mark.usefixtures("loop_watchdog")]


@pytest.fixture
async def engine(tmp_path):
    running = await start_engine(EngineOptions(data=tmp_path / "data"))
    yield running
    await running.close()


@pytest.fixture
async def units():
    server = await ModbusUnits(11).start()
    yield server
    await server.stop()


def saved(port: int, **changes: object) -> SavedConnection:
    facts = {
        "name": "gateway",
        "url": f"modbus+tcp://127.0.0.1:{port}",
        "devices": (SavedDevice(key="louver", profile="rs485-weather-louver", unit=11),),
    }
    return SavedConnection(**{**facts, **changes})


async def test_a_connection_is_kept_opened_and_its_points_are_known(engine, units) -> None:
    told = []
    engine.connections.on_change(told.append)
    await engine.connections.add(saved(units.port))
    assert parse(engine.folder.connections.read_bytes()) == engine.connections.saved()
    assert "gateway" in told
    (status,) = engine.connections.status()
    assert status.link.state is LinkState.CONNECTED
    (attached,) = engine.connections.attached()
    point = attached.profile.points[0]
    assert engine.connections.point(PointKey(device="louver", point=point.id)) == point
    assert engine.connections.point(PointKey(device="louver", point="none")) is None
    # The server has registers 0 to 99 only, so what it refuses is counted.
    await until(lambda: engine.acquisition.counters("louver").bad)


async def test_mistakes_are_refused_before_anything_is_kept(engine) -> None:
    await engine.connections.add(saved(1, enabled=False))
    for wrong in (
        saved(1),
        saved(1, name=" "),
        saved(1, name="b", url="modbus+tpc://h"),
        saved(1, name="b", url="mqtt://user:secret@h"),
    ):
        with pytest.raises(UserFacing):
            await engine.connections.add(wrong)
    for work in (engine.connections.remove("b"), engine.connections.change(saved(1, name="b"))):
        with pytest.raises(UserFacing):
            await work
    assert [one.name for one in engine.connections.saved()] == ["gateway"]
    assert b"secret" not in engine.folder.connections.read_bytes()


async def test_a_link_that_is_down_is_a_problem_until_it_is_up(engine, units) -> None:
    await units.stop()
    await engine.connections.add(saved(units.port))
    await until(engine.problems.standing)
    assert engine.problems.standing()[0].source == "gateway"
    await units.start()
    await until(lambda: not engine.problems.standing(), 20)
    await units.stop()
    await until(engine.problems.standing, 20)
    await engine.connections.enable("gateway", enabled=False)
    assert engine.problems.standing() == ()
    assert engine.connections.link("gateway") is None
    await engine.connections.remove("gateway")
    assert parse(engine.folder.connections.read_bytes()) == ()


async def test_an_asset_is_its_devices_and_what_is_not_known_is_told(engine) -> None:
    await engine.connections.add(
        saved(
            1,
            enabled=False,
            devices=(SavedDevice(key="x", profile="no-such"),),
            assets=(
                SavedAsset(number="SP-0001", type="reference-pole"),
                SavedAsset(number="SP-0002", type="no-type"),
            ),
        )
    )
    keys = {item.device.key for item in engine.connections.attached()}
    assert {"SP-0001/lamp1", "SP-0001/meter", "SP-0001"} <= keys
    texts = ["".join(problem.told(Texts())) for problem in engine.problems.standing()]
    assert len(texts) == 2
    assert any("SP-0002" in text and "no-type" in text for text in texts)
    await engine.connections.change(saved(1, enabled=False, devices=()))
    assert engine.problems.standing() == ()


async def test_a_damaged_file_is_told_and_the_good_copy_is_in_use(tmp_path) -> None:
    options = EngineOptions(data=tmp_path)
    engine = await start_engine(options)
    await engine.connections.add(saved(1, enabled=False))
    await engine.connections.change(saved(2, enabled=False))
    file = engine.folder.connections
    await engine.close()
    file.write_bytes(file.read_bytes()[:40])
    engine = await start_engine(options)
    assert [one.url for one in engine.connections.saved()] == ["modbus+tcp://127.0.0.1:1"]
    (problem,) = engine.problems.standing()
    assert problem.dismissable
    assert "damaged" in str(problem.detail)
    await engine.close()


async def test_two_engines_do_not_share_a_folder(engine) -> None:
    with pytest.raises(UserFacing, match="in use"):
        await start_engine(EngineOptions(data=engine.folder.path))


async def test_a_bad_profile_of_the_user_is_a_problem_and_the_rest_works(tmp_path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "mine.toml").write_text("[profile\n", "utf-8")
    engine = await start_engine(EngineOptions(data=tmp_path))
    assert next(problem.source for problem in engine.problems.standing()).endswith("mine.toml")
    assert engine.library.profile("eastron-sdm120")
    await engine.close()


async def test_what_comes_in_is_live_and_durable(engine, units) -> None:
    (engine.folder.path / "profiles").mkdir()
    profile = engine.folder.path / "profiles" / "plain.toml"
    profile.write_text(
        '[profile]\nid = "plain"\ntitle = "Plain"\nfunction = "power"\nsource = "test"\n'
        "[modbus]\nunit = 11\n[[point]]\n"
        'id = "power"\ntitle = "Power"\nunit = "W"\nevery_s = 0.05\n'
        'modbus = { table = "holding", address = 5, type = "uint16" }\n',
        "utf-8",
    )
    from app.profiles.loader import load_profile

    engine.library.add(load_profile(profile))
    device = SavedDevice(key="meter", profile="plain", unit=11)
    await engine.connections.add(saved(units.port, devices=(device,)))
    key = PointKey(device="meter", point="power")
    await until(lambda: engine.live.version(key) >= 3)
    assert engine.live.latest(key).value == 1105.0
    await engine.store.flush()
    first = await engine.history.first_ns(key)
    series = await engine.store.read(key, first, first + 10**10)
    assert set(series.values.tolist()) == {1105.0}
    assert engine.recorder.samples >= 3
    await asyncio.wait_for(engine.connections.close(), 10)


@pytest.fixture
def broker(tmp_path):
    made = Mosquitto(tmp_path).start()
    yield made
    made.stop()


async def test_a_device_that_announced_itself_stays_and_is_there_once(broker, engine) -> None:
    url = f"mqtt://127.0.0.1:{broker.port}/wayside/#"
    sign = SavedConnection(name="signs", url=url, discover="nbiot-sign")

    async def tell() -> None:
        told = ["-t", "wayside/TS-0007/telemetry", "-m", '{"battery_voltage": 12.9}']
        publish = ["mosquitto_pub", "-p", str(broker.port), *told]
        await asyncio.to_thread(subprocess.run, publish, check=True, timeout=10)

    def rows() -> int:
        return engine.acquisition.counters("TS-0007").rows

    def known() -> list[str]:
        return [item.device.key for item in engine.connections.attached()]

    await engine.connections.add(sign)
    await tell()
    await until(lambda: rows() == 1)
    # It waits for a message, and has the link closed meanwhile.
    async for _ in engine.connections.diagnose(sign):
        await tell()
    await tell()
    await until(lambda: rows() == 2)
    assert known() == ["TS-0007"]
    await engine.connections.enable("signs", enabled=False)
    assert known() == ["TS-0007"]
    await engine.connections.change(replace(sign, discover="mqtt-json-pole", enabled=False))
    assert known() == []
