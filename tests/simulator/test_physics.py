"""The physics hold together whatever is commanded, and follow from the seed alone."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.simulator.battery import Battery
from app.simulator.lamp import Lamp, LampRating
from app.simulator.sun import daylight_lux, elevation_deg
from app.simulator.walks import Walk, seeded
from app.simulator.wire import Wire
from tests.simulator.conftest import NIGHT_S, NOON_S

levels = st.floats(0, 100)


def settled(lamp, level):
    lamp.command = level
    for _ in range(60):
        lamp.step(0.2, 20.0)
    return lamp


@given(a=levels, b=levels, seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_power_of_a_good_lamp_rises_with_its_level(a, b, seed):
    lamp = Lamp(seed, "SP-0001", "lamp1", LampRating())
    low, high = sorted((a, b))
    assert settled(lamp, low).power_w() <= settled(lamp, high).power_w() + 1e-9


@pytest.mark.parametrize("seed", range(50))
def test_a_good_lamp_meets_its_nameplate(seed):
    lamp = Lamp(seed, "SP-0001", "lamp1", LampRating())
    assert settled(lamp, 0).power_w() <= 1.0
    for level in (25, 50, 75):
        assert settled(lamp, level).power_w() == pytest.approx(1.2 * level, rel=0.15)
    assert settled(lamp, 100).power_w() == pytest.approx(120, rel=0.10)
    assert lamp.factor() >= 0.90
    assert lamp.current_a(220) == pytest.approx(lamp.power_w() / (220 * lamp.factor()))


def test_power_factor_falls_at_low_level():
    lamp = Lamp(1, "SP-0001", "lamp1", LampRating())
    assert settled(lamp, 10).factor() < settled(lamp, 50).factor() < settled(lamp, 100).factor()


def test_a_lamp_fades_in_its_fade_time():
    lamp = settled(Lamp(1, "SP-0001", "lamp1", LampRating(fade_s=2.0)), 0)
    lamp.command = 100
    lamp.step(1.0, 20.0)
    assert lamp.level == pytest.approx(50)
    lamp.step(1.0, 20.0)
    assert lamp.level == pytest.approx(100)


def test_the_driver_warms_with_its_load():
    lamp = Lamp(1, "SP-0001", "lamp1", LampRating())
    lamp.command = 100
    for _ in range(6000):
        lamp.step(1.0, 20.0)
    assert lamp.temperature == pytest.approx(48, abs=2)


@given(
    commands=st.lists(st.tuples(levels, levels), min_size=1, max_size=6),
    volts=st.floats(0, 1.2),
)
@settings(max_examples=15, deadline=None)
def test_energy_never_falls(make_pole_world, commands, volts):
    world = make_pole_world()
    pole = world.assets["SP-0001"].body
    pole.supply.scale = [volts, 1.0, 1.0]
    before = [0.0, 0.0, 0.0]
    for one, two in commands:
        assert pole.command("lamp1_dim_command", one)
        assert pole.command("lamp2_dim_command", two)
        world.advance(5)
        now = [pole.supply.import_kwh, *(lamp.energy_kwh for lamp in pole.lamps.values())]
        assert all(later >= earlier for later, earlier in zip(now, before, strict=True))
        before = now


@pytest.fixture(scope="session")
def make_pole_world(catalogue):
    from app.simulator.climate import Place
    from app.simulator.world import Field, World

    def make():
        field = Field(poles=1, signs=0, seed=1, start_s=NIGHT_S, place=Place())
        return World(field, catalogue)

    return make


def test_energy_integrates_power(make_world):
    world = make_world()
    pole = world.assets["SP-0001"].body
    start = pole.supply.import_kwh
    world.advance(2)
    power = sum(pole.supply.watts)
    world.advance(600)
    assert pole.supply.import_kwh - start == pytest.approx(power * 602 / 3.6e6, rel=0.05)


def test_lux_follows_lamp_power_at_night(make_world):
    world = make_world()
    pole = world.assets["SP-0001"].body
    seen = []
    for level in (0, 25, 50, 75, 100):
        pole.command("lamp1_dim_command", float(level))
        pole.command("lamp2_dim_command", float(level))
        world.advance(6)
        seen.append(pole.station.values["illuminance"])
    assert seen == sorted(seen)
    assert seen[0] < 5 < 25 < seen[-1]


def test_the_sun_rises_in_the_east_and_shines_at_noon():
    assert elevation_deg(NOON_S, 31.2, 121.5) > 60
    assert elevation_deg(NIGHT_S, 31.2, 121.5) < -20
    assert daylight_lux(NIGHT_S, 31.2, 121.5) < 1
    assert 50_000 < daylight_lux(NOON_S, 31.2, 121.5) < 130_000
    elevations = [elevation_deg(NIGHT_S + 600 * i, 31.2, 121.5) for i in range(144)]
    assert all(abs(a - b) < 3 for a, b in pairwise(elevations))


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 4e9))
@settings(max_examples=100, deadline=None)
def test_daylight_is_always_possible(latitude, longitude, unix_s):
    assert 0.3 <= daylight_lux(unix_s, latitude, longitude) < 130_000


def test_a_walk_settles_at_its_spread_whatever_the_step():
    for dt in (0.2, 5.0):
        walk = Walk(seeded(1, "walk"), 10.0, 2.0, 20.0)
        values = [walk.step(dt) for _ in range(20_000)]
        mean = sum(values) / len(values)
        sigma = math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
        assert mean == pytest.approx(10.0, abs=0.6)
        assert sigma == pytest.approx(2.0, rel=0.15)


def test_a_battery_charges_in_the_sun_and_sags_under_load():
    battery = Battery(0.6)
    battery.step(1.0, 0.4, 60_000.0)
    charging, charge = battery.volts, battery.charge
    assert battery.solar_a > 0.1
    battery.step(1.0, 24.0, 0.0)
    assert battery.charge < charge
    assert 0.05 < charging - battery.volts < 0.6


@given(rate=st.floats(0.1, 1.0), frame=st.binary(min_size=1, max_size=64))
@settings(max_examples=50)
def test_noise_flips_one_bit_at_most(rate, frame):
    wire = Wire(rng=seeded(1), now_s=float, noise=rate)
    damaged = wire.corrupted(frame)
    flipped = sum((a ^ b).bit_count() for a, b in zip(frame, damaged, strict=True))
    assert flipped <= 1


def snapshot(world):
    return {
        number: [device.readings() for device in asset.devices.values()]
        for number, asset in world.assets.items()
    }


def test_the_same_seed_plays_the_same_field(make_world):
    one, two = make_world(poles=3, signs=2, seed=7), make_world(poles=3, signs=2, seed=7)
    for seconds in (3.0, 0.7, 11.3):
        one.advance(seconds)
    for _ in range(75):
        two.advance(0.2)
    assert snapshot(one) == snapshot(two)
    assert snapshot(one) != snapshot(make_world(poles=3, signs=2, seed=8))


def test_an_asset_is_the_same_in_a_larger_field(make_world):
    small, large = make_world(poles=1, signs=0), make_world(poles=3, signs=0)
    small.advance(5)
    large.advance(5)
    assert snapshot(small)["SP-0001"] == snapshot(large)["SP-0001"]


def test_a_world_that_slept_jumps(make_world):
    world = make_world()
    world.follow(NIGHT_S + 86_400)
    assert world.time.now_s == NIGHT_S + 86_400
    world.follow(NIGHT_S + 86_401)
    assert world.time.now_s == pytest.approx(NIGHT_S + 86_401)
