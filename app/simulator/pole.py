"""A multifunctional pole: two lamps, weather station, meter, door, screen and gateway."""

from __future__ import annotations

from functools import partial

from app.simulator.asset import Look, Plan
from app.simulator.climate import Climate
from app.simulator.enclosure import Enclosure
from app.simulator.lamp import Lamp, LampRating
from app.simulator.players import DoorPlayer, LampPlayer, Player, ScreenPlayer, Value, number
from app.simulator.players_site import Clock, GatewayPlayer, MeterPlayer, WeatherPlayer
from app.simulator.radio import Radio
from app.simulator.screen import POWER_FACTOR, Screen
from app.simulator.supply import Supply
from app.simulator.walks import relax, seeded
from app.simulator.weather import WeatherStation

LAMPS = ("lamp1", "lamp2")
ELECTRONICS_W = 22.0
MESSAGE_POINTS = {
    "lamp_failure": "failure",
    "lamp_power": "power",
    "lamp_voltage": "voltage",
    "lamp_current": "current",
}
"""Points of a lamp whose name in a message is shorter once the lamp's own name is before it."""


class Pole:
    """The physics of one pole and the devices that report it."""

    def __init__(self, plan: Plan) -> None:
        seed, number = plan.seed, plan.number
        self.time = plan.time
        self.supply = Supply(seed, number)
        self.station = WeatherStation(seed, number)
        self.enclosure = Enclosure(seed, number)
        self.screen = Screen(seed, number)
        self.radio = Radio(seed, number)
        self._rng = seeded(seed, number, "pole")
        rating = LampRating()
        self.lamps = {name: Lamp(seed, number, name, rating) for name in LAMPS}
        self.phase = {name: phase for phase, name in enumerate(LAMPS)}
        self.heads = {name: name for name in LAMPS}
        self.lamp_players = {
            name: LampPlayer(
                lamp,
                partial(self.lamp_volts, name),
                partial(getattr, self.supply, "hertz"),
                plan.serial(name),
            )
            for name, lamp in self.lamps.items()
        }
        self.gateway = GatewayPlayer(
            Clock(plan.time.read), self.radio, self.supply, plan.serial("gateway")
        )
        self.meter = MeterPlayer(self.supply)
        self.door = DoorPlayer(self.enclosure, partial(self._air, "humidity"))
        players: dict[str, Player] = {
            **self.lamp_players,
            "gateway": self.gateway,
            "weather": WeatherPlayer(self.station),
            "meter": self.meter,
            "door": self.door,
            "screen": ScreenPlayer(self.screen, partial(self._air, "illuminance")),
        }
        heard = {name: player.heard for name, player in self.lamp_players.items()}
        self.devices = {
            slot.id: plan.device(slot, players[slot.id], heard.get(slot.id, _nothing))
            for slot in plan.asset_type.devices
        }
        self.gateway.devices_online = lambda: len(self.devices) - 1
        self.gateway.on_restart = self._restart_devices
        self.silent: set[str] = set()

    def volts(self, phase: int) -> float:
        """Voltage of a phase."""
        return self.supply.volts[phase]

    def lamp_volts(self, name: str) -> float:
        """Voltage of the phase that feeds a lamp: the first lamp 1, the second lamp 2."""
        return self.supply.volts[self.phase[name]]

    def _air(self, quantity: str) -> float:
        return self.station.values[quantity]

    def _restart_devices(self) -> None:
        for device in self.devices.values():
            if device.player is not self.gateway:
                device.player.settings.restart()

    @property
    def lumen(self) -> float:
        """Light of both lamps."""
        return sum(lamp.lumen for name, lamp in self.lamps.items() if self.lamp_volts(name) > 100.0)

    def step(self, dt: float) -> None:
        """Fades and loads."""
        for player in self.lamp_players.values():
            player.step(dt)
        for lamp in self.lamps.values():
            lamp.step(dt, self.enclosure.temperature)
        self.screen.powered = self.volts(2) > 100.0
        self.screen.step(dt, self.enclosure.temperature)
        loads: list[list[tuple[float, float]]] = [
            [],
            [],
            [(self.screen.power_w, POWER_FACTOR), (ELECTRONICS_W, 0.9)],
        ]
        for name, lamp in self.lamps.items():
            loads[self.phase[name]].append((lamp.power_w(), lamp.factor()))
        self.supply.load(dt, loads)

    def slow_step(self, dt: float, climate: Climate) -> None:
        """Weather, voltages, noise."""
        gauss = self._rng.gauss
        self.supply.step(dt)
        for lamp in self.lamps.values():
            lamp.slow_step()
        self.radio.step(dt)
        self.station.step(dt, climate, self.lumen)
        self.enclosure.step(dt, climate.wind, climate.temperature)
        self.meter.slow_step()
        gateway = self.gateway
        gateway.board_temperature = relax(
            gateway.board_temperature, climate.temperature + 18.0, dt, 900.0
        ) + gauss(0.0, 0.05)
        gateway.cpu_load = 12.0 + abs(gauss(0.0, 3.0))
        gateway.supply_volts = 24.1 + gauss(0.0, 0.015)

    def look(self) -> Look:
        """What a person beside the pole sees."""
        screen = self.screen
        seen = {}
        for name, driver in self.heads.items():
            lamp, fed = self.lamps[driver], self.lamp_volts(driver) > 100.0
            seen[name] = {
                "lit": lamp.lit and fed,
                "steady": lamp.lit and fed and not lamp.flicker,
                "brightness": round(lamp.light, 3) if fed else 0.0,
                "blinking": lamp.identify_s > 0.0 and lamp.lit,
            }
        return {
            "lamps": seen,
            "screen": {
                "lit": bool(screen.seen or (screen.pattern and screen.on and screen.powered)),
                "text": screen.seen,
                "pattern": screen.pattern,
                "brightness": round(screen.level / 100.0, 3),
                "blinking": screen.identify_s > 0.0,
                "dark_pixels": screen.dark_pixels,
            },
            "door_open": self.enclosure.door_open,
            "locked": self.door.locked,
            "tilt_deg": round(sum(v * v for v in self.enclosure.rest) ** 0.5, 2),
            "water": self.enclosure.water_mm >= 20.0,
            "gateway_light": self.gateway.identify_until_s > self.time.now_s,
            "wind_direction": round(self.station.values["wind_direction"]),
            "temperature": round(self.station.values["temperature"], 1),
            "humidity": round(self.station.values["humidity"], 1),
            "pressure": round(self.station.values["pressure"], 1),
        }

    def telemetry(self) -> dict[str, Value | None]:
        """Values of all devices under the ids of the message profile."""
        values: dict[str, Value | None] = {}
        for slot, device in self.devices.items():
            if slot in self.silent:
                continue
            lamp = slot in LAMPS
            for point, value in device.readings().items():
                name = f"{slot}_{MESSAGE_POINTS.get(point, point)}" if lamp else point
                values.setdefault(name, value)
        return values

    @property
    def report_s(self) -> float:
        """The period of its messages, as the gateway is set."""
        return number(self.gateway.settings.now["report_interval"])

    def contact(self) -> None:
        """A pole does not mind whether its platform is there."""

    def command(self, point: str, value: Value) -> bool:
        """A command of a message goes to the device whose point it names."""
        for name in LAMPS:
            if point.startswith(name + "_"):
                return self._device_command(name, point.removeprefix(name + "_"), value)
        return any(
            point in device.readings() and self._device_command(slot, point, value)
            for slot, device in self.devices.items()
            if slot not in LAMPS
        )

    def _device_command(self, slot: str, point: str, value: Value) -> bool:
        if slot in self.silent:
            return False
        self.devices[slot].heard()
        return self.devices[slot].command(point, value)


def _nothing() -> None:
    """Most devices do not mind who talks to them."""
