"""The rest of the devices: gateway, weather station, meter and sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from app.simulator.players import FIRMWARE, Settings, Value, number, within
from app.simulator.radio import Radio
from app.simulator.sign import PIXELS, Sign
from app.simulator.supply import Supply
from app.simulator.walks import clamp
from app.simulator.weather import WeatherStation

REBOOT_S = 5.0


class Clock:
    """A device's clock: the time of the world plus what it is off by; drifts are faults."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self.now_s = now_s
        self.offset_s = 0.0
        self.started_s = now_s()
        self.keeps_offset = False

    def read(self) -> int:
        """Seconds since 1970 as the device believes."""
        return int(self.now_s() + self.offset_s)

    def set(self, unix_s: float) -> None:
        """Set the clock; one that is broken goes on being wrong."""
        if not self.keeps_offset:
            self.offset_s = unix_s - self.now_s()

    @property
    def uptime(self) -> int:
        """Whole seconds since the last start."""
        return max(0, int(self.now_s() - self.started_s))


class GatewayPlayer:
    """The pole's gateway: clock, uplink, and the restart that takes all units away for a while."""

    def __init__(self, clock: Clock, radio: Radio, supply: Supply, serial: str) -> None:
        self.clock = clock
        self.radio = radio
        self._supply = supply
        self._serial = serial
        self.board_temperature = 38.0
        self.cpu_load = 12.0
        self.supply_volts = 24.1
        self.devices_online: Callable[[], int] = int
        self.on_restart: Callable[[], None] | None = None
        self.dark_until_s = 0.0
        self.identify_until_s = 0.0
        self.buffered = 0
        self.settings = Settings(factory={"report_interval": 1.0, "installation_mode": False})

    def is_restarting(self) -> bool:
        """Whether the gateway is starting again and answers nobody."""
        return self.clock.now_s() < self.dark_until_s

    def restart(self) -> None:
        """Go away for some seconds and come back with the settings that were kept."""
        now = self.clock.now_s()
        self.dark_until_s = now + REBOOT_S
        self.clock.started_s = now
        self.settings.restart()
        if self.on_restart is not None:
            self.on_restart()

    def values(self) -> dict[str, Value]:
        """Every reading now, by point id."""
        return {
            "clock": self.clock.read(),
            "uptime": self.clock.uptime,
            "firmware": FIRMWARE,
            "serial": self._serial,
            "supply_voltage": self.supply_volts,
            "board_temperature": self.board_temperature,
            "rsrp": self.radio.rsrp,
            "snr": self.radio.snr,
            "buffered_rows": self.buffered,
            "uplink": 1,
            "devices_online": self.devices_online(),
            "cpu_load": self.cpu_load,
            "disk_free": 71.0,
            "mains_present": any(volts > 100.0 for volts in self._supply.volts),
            "clock_command": 0,
            "reboot": 0,
            "identify": max(0.0, self.identify_until_s - self.clock.now_s()),
            **self.settings.now,
        }

    def write(self, point: str, value: Value) -> bool:
        """Set the clock, a setting, or restart."""
        if point == "clock_command":
            self.clock.set(number(value))
        elif point == "reboot":
            if number(value) == 1.0:
                self.restart()
        elif point == "installation_mode":
            self.settings.now[point] = bool(value)
        elif point == "identify" and (seconds := within(value, 0, 60)) is not None:
            self.identify_until_s = self.clock.now_s() + seconds
        elif point == "report_interval" and (every := within(value, 1, 3600)) is not None:
            self.settings.now[point] = every
        else:
            return False
        return True


class WeatherPlayer:
    """The weather station's firmware."""

    def __init__(self, station: WeatherStation) -> None:
        self.station = station
        self.fan_failure = False
        self.settings = Settings(factory={"north_offset": 0.0})

    def values(self) -> dict[str, Value]:
        """Every reading now, by point id."""
        read = self.station.values
        direction = read["wind_direction"] + number(self.settings.now["north_offset"])
        return {
            **read,
            "wind_direction": int(direction) % 360,
            "fan_failure": self.fan_failure,
            "heater_on": read["temperature"] < 3.0,
            "firmware": FIRMWARE,
            **self.settings.now,
        }

    def write(self, point: str, value: Value) -> bool:
        """Set the correction of the north mark."""
        if point != "north_offset" or (given := within(value, -180, 180)) is None:
            return False
        self.settings.now[point] = given
        return True


class MeterPlayer:
    """The meter: readings only."""

    def __init__(self, supply: Supply) -> None:
        self._supply = supply
        self.settings = Settings(factory={})
        self.read: dict[str, Value] = {}

    def slow_step(self) -> None:
        """Measure."""
        self.read = dict(self._supply.readings())

    def values(self) -> dict[str, Value]:
        """Every reading of the last measurement, by point id."""
        return self.read

    def write(self, _point: str, _value: Value) -> bool:
        """Nothing of a meter can be set over the bus."""
        return False


class SignPlayer:
    """The sign's controller."""

    LIMITS: ClassVar[dict[str, tuple[float, float]]] = {
        "brightness_command": (0.0, 100.0),
        "led_command": (0.0, 1.0),
        "identify": (0.0, 60.0),
        "sign_command": (0.0, 8.0),
        "speed_command": (0.0, 120.0),
        "comm_loss_after": (0.0, 86_400.0),
        "comm_loss_test": (0.0, 600.0),
        "default_sign": (0.0, 8.0),
        "report_interval": (1.0, 86_400.0),
    }

    def __init__(self, sign: Sign, clock: Clock, place: tuple[float, float]) -> None:
        self.sign = sign
        self.clock = clock
        self._place = place
        self.settings = Settings(
            factory={
                "report_interval": 5.0,
                "comm_loss_after": sign.comm_loss_after,
                "default_sign": sign.default_sign,
            }
        )

    def values(self) -> dict[str, Value]:
        """Every reading now, by point id."""
        sign, battery = self.sign, self.sign.battery
        return {
            "tilt": sign.tilt,
            "temperature": sign.temperature,
            "battery_voltage": battery.volts,
            "battery_level": battery.charge * 100.0,
            "solar_voltage": battery.solar_v,
            "solar_current": battery.solar_a,
            "load_current": sign.load_w / max(9.0, battery.volts),
            "brightness_level": sign.brightness,
            "sign_code": sign.sign_shown,
            "speed_value": sign.speed_command,
            "rsrp": sign.radio.rsrp,
            "snr": sign.radio.snr,
            "ecl": sign.radio.ecl,
            "flash_rate": sign.flash_hz if sign.lit else 0.0,
            "pixel_faults": sign.dark_pixels,
            "pixel_count": PIXELS,
            "message_count": sign.messages_sent,
            "latitude": self._place[0],
            "longitude": self._place[1],
            "acceleration": sign.acceleration,
            "illuminance": sign.illuminance,
            "clock": self.clock.read(),
            "uptime": self.clock.uptime,
            "led_on": sign.lit,
            "tamper": sign.tampered,
            "hit": sign.hit,
            "comm_lost": sign.fallen_back,
            "comm_loss_test": sign.silence_s,
            "message": sign.message_shown,
            "firmware": FIRMWARE,
            "brightness_command": sign.brightness_command,
            "led_command": sign.on,
            "identify": sign.identify_s,
            "sign_command": sign.sign_command,
            "speed_command": sign.speed_command,
            "message_command": sign.message_command,
            **self.settings.now,
        }

    def write(self, point: str, value: Value) -> bool:
        """Take a command or a setting."""
        if point == "message_command":
            self.sign.show(str(value))
            return True
        if point not in self.LIMITS or (given := within(value, *self.LIMITS[point])) is None:
            return False
        if point in self.settings.now:
            self.settings.now[point] = given
            self.sign.comm_loss_after = number(self.settings.now["comm_loss_after"])
            self.sign.default_sign = int(number(self.settings.now["default_sign"]))
        elif point == "comm_loss_test":
            self.sign.test_silence(given)
        else:
            self._command(point, given)
        return True

    def _command(self, point: str, given: float) -> None:
        sign = self.sign
        if point == "brightness_command":
            sign.brightness_command = given
        elif point == "led_command":
            sign.on = bool(given)
        elif point == "identify":
            sign.identify_s = clamp(given, 0.0, 60.0)
        elif point == "sign_command":
            sign.sign_command = int(given)
        else:
            sign.speed_command = int(given)
