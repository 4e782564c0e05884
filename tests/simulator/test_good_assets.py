"""Fifty good assets: everything they report stays plausible, alive and honest."""

import pytest

from app.core.rows import ValueKind
from tests.simulator.conftest import NIGHT_S, NOON_S

LIMITS = {
    "temperature": (-40, 60),
    "humidity": (5, 100),
    "pressure": (850, 1085),
    "wind_speed": (0, 60),
    "pm2_5": (0, 1000),
    "noise": (30, 120),
    "illuminance": (0, 130_000),
    "voltage_l1": (198.0, 235.4),
    "voltage_l2": (198.0, 235.4),
    "voltage_l3": (198.0, 235.4),
    "tilt": (0, 1),
    "supply_voltage": (21.6, 26.4),
    "frequency": (49.5, 50.5),
    "battery_voltage": (12.8, 14.6),
    "snr": (3, 40),
    "flash_rate": (0.9, 1.65),
}
ALIVE = ("temperature", "humidity", "pressure", "wind_speed", "pm2_5", "noise", "illuminance")
MOVES = {"temperature": 3, "humidity": 10, "pressure": 5, "cabinet_temperature": 10}


@pytest.mark.parametrize("start_s", [NIGHT_S, NOON_S], ids=["night", "noon"])
def test_fifty_good_assets_stay_plausible_for_ten_minutes(make_world, start_s):
    world = make_world(poles=40, signs=10, seed=11, start_s=start_s)
    seen = {}
    before = {}
    for _ in range(60):
        world.advance(10)
        for number, asset in world.assets.items():
            for slot, device in asset.devices.items():
                readings = device.readings()
                check(device.profile, readings)
                if slot == "weather":
                    assert readings["pm10"] >= readings["pm2_5"]
                for name, most in MOVES.items():
                    if name in readings and (key := (number, slot, name)) in before:
                        assert abs(readings[name] - before[key]) <= most, name
                    before[number, slot, name] = readings.get(name)
                if slot == "weather":
                    for name in ALIVE:
                        value = round(readings[name], device.profile.point(name).decimals)
                        seen.setdefault((number, name), []).append(value)
    frozen = [
        key
        for key, values in seen.items()
        for at in range(0, 60, 6)
        if len(set(values[at : at + 6])) < 2
        and not (key[1] == "illuminance" and start_s == NIGHT_S)
    ]
    # Six samples a minute of a whole number (PM2.5, lux) may agree once in a while.
    assert len(frozen) <= 3, frozen


def check(profile, readings):
    for point in profile.points:
        value = readings[point.id]
        if point.range is not None and point.kind is not ValueKind.TEXT:
            assert point.range.low <= value <= point.range.high, (profile.id, point.id, value)
        if point.labels and point.access != "w":
            assert int(value) in point.labels, (profile.id, point.id, value)
        low, high = LIMITS.get(point.id, (None, None))
        if low is not None:
            assert low <= value <= high, (profile.id, point.id, value)


def test_every_point_of_every_device_has_a_reading(make_world):
    world = make_world()
    for asset in world.assets.values():
        for device in asset.devices.values():
            readings = device.readings()
            missing = {point.id for point in device.profile.points} - set(readings)
            assert not missing, (device.slot.id, missing)


def test_a_message_has_every_point_of_its_profile(make_world, catalogue):
    world = make_world()
    for asset in world.assets.values():
        type_ = catalogue.asset_type(asset.type)
        profile = catalogue.profile(type_.message_profile)
        wanted = {point.id for point in profile.points if "r" in point.access}
        assert set(asset.telemetry()) == wanted


def test_neighbours_agree_on_the_weather(make_world):
    world = make_world(poles=20, signs=0, seed=3)
    world.advance(60)
    for name, tolerance in {"temperature": 2, "humidity": 8, "pressure": 3}.items():
        values = [a.body.station.values[name] for a in world.assets.values()]
        assert max(values) - min(values) <= 2 * tolerance
