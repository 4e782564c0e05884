"""Each fault shows where it should and nowhere else, and goes away when it is taken out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UserFacing
from app.core.profiles import RegisterTable
from app.simulator.fault import parse_fault
from app.simulator.faults import FAULTS, find_fault, list_faults
from tests.simulator.conftest import NIGHT_S, NOON_S

POLE, SIGN = "SP-0001", "TS-0001"
COUPLED = {"lamp1", "lamp2", "meter", "weather", "screen"}
"""A lamp that shines otherwise is seen by its meter and by both light sensors."""

# fault -> devices whose readings may differ, what must be seen in the readings of the first.
SHOWN = {
    "frozen_sensor": ({"weather"}, None),
    "out_of_range_sensor": ({"weather"}, lambda r: r["temperature"] == 100.0),
    "missing_reading": ({"weather"}, lambda r: r["temperature"] is None),
    "feedback_lies": (COUPLED, lambda r: r["dim_level"] == 100 and r["lamp_power"] < 1),
    "clock_off": ({"gateway"}, None),
    "lamp_open": (COUPLED, lambda r: r["lamp_failure"] and 1 < r["lamp_power"] < 6),
    "lamp_dead": (COUPLED, lambda r: r["lamp_power"] == 0 and r["dim_level"] == 100),
    "power_not_following": (COUPLED, lambda r: 55 < r["lamp_power"] < 65),
    "stuck_dim": (COUPLED, lambda r: r["dim_level"] == 60 and r["dim_command"] == 100),
    "low_power_factor": (COUPLED, lambda r: r["power_factor"] < 0.80),
    "wrong_lamp_power": (COUPLED, lambda r: 75 < r["lamp_power"] < 81),
    "slow_fade": (COUPLED, lambda r: r["dim_level"] < 95),
    "shared_address": (COUPLED, lambda r: r["dim_level"] == 70 and r["dim_command"] == 100),
    "swapped_lamps": (COUPLED, None),
    "over_voltage": (COUPLED | {"gateway"}, lambda r: r["voltage_l1"] > 240),
    "missing_phase": (COUPLED | {"gateway"}, lambda r: r["voltage_l2"] < 2 and r["power_l2"] == 0),
    "door_open": ({"door"}, lambda r: r["door_open"] and not r["lock_closed"]),
    "tilted": ({"door"}, lambda r: 3.5 < r["tilt"] < 5),
    "water_in_base": ({"door"}, lambda r: r["water"]),
    "warm_shield": ({"weather"}, lambda r: r["temperature"] > 20),
    "screen_module_dead": ({"screen"}, lambda r: r["module_faults"] == 2),
    "screen_wrong_text": (set(), None),
    "standby_too_high": (COUPLED, None),
    "sign_wrong_message": (set(), None),
    "sign_dark_pixels": ({"sign"}, lambda r: r["pixel_faults"] == 14),
    "sign_hidden_dark_column": (set(), lambda r: r["pixel_faults"] == 0),
    "sign_keeps_message": (set(), None),
    "sign_stuck_brightness": ({"sign"}, lambda r: r["brightness_level"] == 30),
    "battery_sag": ({"sign"}, lambda r: r["battery_voltage"] < 12.8),
    "battery_flat": ({"sign"}, lambda r: r["battery_voltage"] < 12.4),
    "panel_dead": ({"sign"}, None),
    "low_rsrp": ({"sign"}, lambda r: r["rsrp"] < -115 and r["snr"] < -3 and r["ecl"] == 2),
    "sign_tilted": ({"sign"}, lambda r: r["tilt"] > 5),
    "sign_tampered": ({"sign"}, lambda r: r["tamper"]),
    "flash_rate_off": ({"sign"}, lambda r: r["flash_rate"] > 2),
    "other_phase": (COUPLED, None),
    "crossed_heads": (set(), None),
    "loose_terminal": ({"lamp1"}, lambda r: r["lamp_voltage"] < 215),
    "flicker": (COUPLED, None),
    "lagging_light": (COUPLED, lambda r: r["dim_level"] == 100 and r["lamp_power"] < 110),
    "own_schedule": (COUPLED, lambda r: r["dim_level"] == 35 and r["dim_command"] == 100),
    "other_luminaire": (COUPLED, lambda r: r["rated_power"] == 78 and r["lamp_power"] < 90),
    "hot_driver": ({"lamp1"}, lambda r: r["high_temperature"]),
    "reversed_transformer": ({"meter"}, lambda r: r["power_l1"] < -100),
    "swapped_transformers": ({"meter"}, lambda r: 70 < r["power_l1"] < 100 < r["power_l2"]),
    "slow_meter": ({"meter"}, None),
    "weak_24v": ({"gateway"}, lambda r: r["supply_voltage"] < 20),
    "uptime_stands": ({"gateway"}, lambda r: r["uptime"] == 0),
    "other_serial": ({"gateway"}, lambda r: r["serial"] == "W999999999"),
    "locked_setting": (COUPLED, lambda r: r["fade_time"] == 6),
    "frozen_humidity": ({"weather"}, None),
    "swapped_sensors": ({"weather"}, lambda r: r["temperature"] > 30 > r["humidity"]),
    "spikes": ({"weather"}, None),
    "sign_mirrored": (set(), None),
    "sign_one_behind": (set(), None),
    "fail_safe_late": (set(), None),
    "fail_safe_partial": (set(), None),
    "noisy_radio": ({"sign"}, lambda r: r["snr"] < -3 and r["rsrp"] > -105),
}
# fault -> how what a person sees differs
SEEN = {
    "feedback_lies": lambda look: not look["lamps"]["lamp1"]["lit"],
    "lamp_open": lambda look: not look["lamps"]["lamp1"]["lit"],
    "lamp_dead": lambda look: not look["lamps"]["lamp1"]["lit"],
    "stuck_dim": lambda look: look["lamps"]["lamp1"]["brightness"] == 0.6,
    "swapped_lamps": lambda look: look["lamps"]["lamp2"]["brightness"] == 1,
    "shared_address": lambda look: look["lamps"]["lamp1"]["brightness"] == 0.7,
    "missing_phase": lambda look: not look["lamps"]["lamp2"]["lit"],
    "door_open": lambda look: look["door_open"],
    "tilted": lambda look: look["tilt_deg"] > 3.5,
    "water_in_base": lambda look: look["water"],
    "screen_module_dead": lambda look: look["screen"]["dark_pixels"] == 2048,
    "screen_wrong_text": lambda look: look["screen"]["text"] == "DEMO 演示",
    "crossed_heads": lambda look: look["lamps"]["lamp2"]["brightness"] == 1,
    "flicker": lambda look: not look["lamps"]["lamp1"]["steady"],
    "lagging_light": lambda look: look["lamps"]["lamp1"]["brightness"] < 0.95,
    "own_schedule": lambda look: look["lamps"]["lamp1"]["brightness"] == 0.35,
    "sign_mirrored": lambda look: look["sign"]["text"] == "行慢 WOLS",
    "sign_wrong_message": lambda look: look["sign"]["text"] == "STOP 停",
    "sign_dark_pixels": lambda look: look["sign"]["text"] == "S▯OW 慢行",
    "sign_hidden_dark_column": lambda look: "▯" in look["sign"]["text"],
    "sign_stuck_brightness": lambda look: look["sign"]["brightness"] == 0.3,
    "sign_tilted": lambda look: look["tilt_deg"] > 5,
    "sign_tampered": lambda look: look["housing_open"],
    "slow_fade": lambda look: look["lamps"]["lamp1"]["brightness"] < 0.95,
}
ON_THE_LINE = {
    "silent_unit",
    "crc_noise",
    "wrong_unit_id",
    "moved_unit",
    "swapped_word_order",
    "wrong_profile",
    "slow_gateway",
    "flapping_link",
    "garbage_payload",
    "restart_loses_setting",
    "refuses_command",
    "refuses_registers",
    "shifted_map",
    "twin_unit",
    "deaf_unit",
    "ignores_restart",
}


def number_of(name):
    return POLE if "pole" in find_fault(name).devices else SIGN


def played(make_world, fault="", *, start_s=NIGHT_S):
    """The world after lamp 1 and the sign were told to shine fully, with a fault or without."""
    world = make_world(start_s=start_s)
    if fault:
        world.inject(fault)
    world.assets[POLE].body.command("lamp1_dim_command", 100.0)
    world.assets[SIGN].body.command("brightness_command", 100.0)
    world.advance(12)
    return world


def readings(world):
    return {
        (number, slot): device.readings()
        for number, asset in world.assets.items()
        for slot, device in asset.devices.items()
    }


def test_every_fault_is_tested():
    assert {fault.id for fault in FAULTS} == set(SHOWN) | ON_THE_LINE
    assert len(FAULTS) >= 24


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_fault_shows_where_it_should_and_nowhere_else(make_world, name):
    number = number_of(name)
    good = played(make_world)
    bad = played(make_world, f"{name}@{number}")
    devices, expected = SHOWN[name]
    before, after = readings(good), readings(bad)
    changed = {key for key in before if before[key] != after[key]}
    assert changed <= {(number, slot) for slot in devices}
    fault = find_fault(name)
    default = next(iter(fault.devices.values()))[0]
    if expected is not None:
        assert expected(after[number, default]), after[number, default]
        if devices:
            assert not expected(before[number, default])
    looks_good, looks_bad = good.assets[number].look(), bad.assets[number].look()
    if name in SEEN:
        assert SEEN[name](looks_bad), looks_bad
        assert not SEEN[name](looks_good), looks_good
    else:
        looks_bad.pop("illuminance", None)
        assert looks_bad == looks_good or name in {"power_not_following", "over_voltage"}


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_fault_taken_out_leaves_nothing(make_world, name):
    number = number_of(name)
    text = f"{name}@{number}"
    good = played(make_world)
    world = make_world()
    world.inject(text)
    world.inject(text)
    world.clear(text)
    world.clear(text)
    world.assets[POLE].body.command("lamp1_dim_command", 100.0)
    world.assets[SIGN].body.command("brightness_command", 100.0)
    world.advance(12)
    assert readings(world) == readings(good)
    assert not world.assets[number].faults


def test_a_frozen_sensor_does_not_move(make_world):
    world = played(make_world, f"frozen_sensor@{POLE}")
    device = world.assets[POLE].devices["weather"]
    before = device.readings()
    world.advance(60)
    assert device.readings() == before


def test_a_wrong_clock_cannot_be_set(make_world):
    world = played(make_world, f"clock_off@{POLE}")
    gateway = world.assets[POLE].devices["gateway"]
    assert gateway.readings()["clock"] == int(world.time.now_s - 95)
    assert gateway.command("clock_command", int(world.time.now_s))
    assert gateway.readings()["clock"] == int(world.time.now_s - 95)
    world.clear(f"clock_off@{POLE}")
    assert gateway.command("clock_command", int(world.time.now_s))
    assert abs(gateway.readings()["clock"] - world.time.now_s) <= 1


def test_standby_is_too_high_only_when_dark(make_world):
    world = played(make_world, f"standby_too_high@{POLE}")
    lamp = world.assets[POLE].devices["lamp1"]
    full = lamp.readings()["lamp_power"]
    lamp.command("dim_command", 0.0)
    world.advance(4)
    assert full == pytest.approx(120, rel=0.1)
    assert 4 < lamp.readings()["lamp_power"] < 6


def test_a_dead_panel_shows_in_the_sun(make_world):
    name = f"panel_dead@{SIGN}"
    good = played(make_world, start_s=NOON_S).assets[SIGN].devices["sign"].readings()
    bad = played(make_world, name, start_s=NOON_S).assets[SIGN].devices["sign"].readings()
    assert good["solar_current"] > 0.1
    assert bad["solar_current"] == 0


def test_sag_is_the_difference_that_full_brightness_makes(make_world):
    def sag(fault):
        world = make_world()
        if fault:
            world.inject(fault)
        sign = world.assets[SIGN].devices["sign"]
        sign.command("brightness_command", 0.0)
        world.advance(10)
        rested = sign.readings()["battery_voltage"]
        sign.command("brightness_command", 100.0)
        world.advance(10)
        return rested - sign.readings()["battery_voltage"]

    assert sag("") < 0.6 < sag(f"battery_sag@{SIGN}")


@pytest.mark.parametrize("keeps", [False, True])
def test_a_sign_falls_back_when_nobody_is_heard(make_world, keeps):
    world = make_world()
    if keeps:
        world.inject(f"sign_keeps_message@{SIGN}")
    asset = world.assets[SIGN]
    asset.devices["sign"].command("comm_loss_test", 30.0)
    world.advance(29)
    assert asset.look()["sign"]["lit"]
    asset.body.contact()
    world.advance(2)
    assert asset.look()["sign"]["lit"] is keeps
    assert asset.devices["sign"].readings()["message"] == ("SLOW 慢行" if keeps else "")
    world.advance(12)
    assert asset.look()["sign"]["text"] == "SLOW 慢行"


def test_a_restart_keeps_the_settings_unless_it_is_the_fault(make_world):
    for fault, kept in (("", 33.0), (f"restart_loses_setting@{POLE}", 1.0)):
        world = make_world()
        if fault:
            world.inject(fault)
        gateway = world.assets[POLE].devices["gateway"]
        gateway.command("report_interval", 33.0)
        world.advance(30)
        gateway.command("reboot", 1)
        assert world.assets[POLE].wire.is_down()
        world.advance(6)
        assert not world.assets[POLE].wire.is_down()
        assert gateway.readings()["report_interval"] == kept
        assert gateway.readings()["uptime"] < 10


def test_a_lamp_whose_bus_goes_quiet_goes_to_its_fail_safe_level(make_world):
    world = make_world()
    lamp = world.assets[POLE].devices["lamp1"]
    world.advance(120)
    assert lamp.readings()["dim_level"] == 70  # nobody has ever talked to it
    lamp.read(RegisterTable.INPUT, 268, 1)
    world.advance(64)
    assert lamp.readings()["dim_level"] == 100
    lamp.read(RegisterTable.INPUT, 268, 1)
    world.advance(14)
    assert lamp.readings()["dim_level"] == 70


def test_the_words_of_a_value_are_swapped(make_world):
    world = make_world()
    meter = world.assets[POLE].devices["meter"]
    good = meter.read(RegisterTable.INPUT, 0, 2)
    world.inject(f"swapped_word_order@{POLE}")
    assert meter.read(RegisterTable.INPUT, 0, 2) == good[::-1]


def test_another_model_has_another_map_and_says_so(make_world):
    world = make_world()
    lamp = world.assets[POLE].devices["lamp1"]
    good = lamp.read(RegisterTable.INPUT, 256, 4)
    world.inject(f"wrong_profile@{POLE}/lamp1")
    assert lamp.read(RegisterTable.INPUT, 258, 4) == good
    assert lamp.identity[1] != lamp.profile.id


def test_a_silent_unit_is_missing_from_messages(make_world):
    world = make_world()
    world.inject(f"silent_unit@{POLE}/weather")
    asset = world.assets[POLE]
    assert "temperature" not in asset.telemetry()
    assert asset.devices["gateway"].readings()["devices_online"] == 5


def test_the_list_says_what_a_script_needs():
    rows = list_faults()
    assert all(
        {"id", "title", "does", "function", "seen_by", "assets", "parameters"} <= set(row)
        for row in rows
    )
    assert len({row["id"] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("lamp_open", "NAME@ASSET"),
        ("@SP-0001", "NAME@ASSET"),
        ("lamp_open@", "NAME@ASSET"),
        ("no_such@SP-0001", "no_such"),
        ("lamp_open@SP-0009", "SP-0009"),
        ("lamp_open@TS-0001", "lamp_open"),
        ("lamp_open@SP-0001/meter", "lamp1"),
        ("lamp_open@SP-0001?level=1", "level"),
        ("stuck_dim@SP-0001?level=dark", "dark"),
    ],
)
def test_a_fault_written_wrongly_says_what_is_wrong(make_world, text, word):
    with pytest.raises(UserFacing, match=word) as error:
        make_world().inject(text)
    assert error.value.action


def test_a_parameter_changes_the_fault(make_world):
    world = make_world()
    world.inject(f"stuck_dim@{POLE}/lamp2?level=25")
    world.advance(10)
    assert world.assets[POLE].devices["lamp2"].readings()["dim_level"] == pytest.approx(25)


@given(st.text(max_size=40))
def test_any_text_is_a_fault_or_a_clear_error(text):
    try:
        request = parse_fault(text)
    except UserFacing:
        return
    assert request.name
    assert request.asset
