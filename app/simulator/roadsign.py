"""A traffic sign asset: the sign and its one device."""

from __future__ import annotations

from app.simulator.asset import Look, Plan
from app.simulator.climate import Climate
from app.simulator.players import Value, number
from app.simulator.players_site import Clock, SignPlayer
from app.simulator.sign import Sign


class RoadSign:
    """The physics of one sign and the device that reports it."""

    def __init__(self, plan: Plan) -> None:
        self.sign = Sign(plan.seed, plan.number)
        self.clock = Clock(plan.time.read)
        self.player = SignPlayer(self.sign, self.clock, plan.place)
        slot = plan.asset_type.devices[0]
        self.device = plan.device(slot, self.player, self.sign.contact)
        self.devices = {slot.id: self.device}

    def step(self, dt: float) -> None:
        """Commands, brightness, the timer of lost contact."""
        self.sign.step(dt)

    def slow_step(self, dt: float, climate: Climate) -> None:
        """Battery, radio, temperature."""
        self.sign.slow_step(dt, climate)

    def look(self) -> Look:
        """What a person in front of the sign sees."""
        sign = self.sign
        faces = self.device.profile.point("sign_code").labels
        code = sign.sign_shown if sign.lit else 0
        return {
            "sign": {
                "lit": sign.lit,
                "text": sign.text_seen,
                "face": faces.get(code, str(code)),
                "speed": sign.speed_command if code == 1 else None,
                "brightness": round(sign.brightness / 100.0, 3) if sign.lit else 0.0,
                "blinking": sign.identify_s > 0.0 and sign.lit,
                "dark_pixels": sign.dark_pixels,
            },
            "tilt_deg": round(sign.mounted + sign.lean_deg, 2),
            "housing_open": sign.tampered,
        }

    def telemetry(self) -> dict[str, Value | None]:
        """Values under the ids of the sign's profile; one more message sent."""
        self.sign.messages_sent += 1
        return self.device.readings()

    @property
    def report_s(self) -> float:
        """The period of its messages, as the sign is set."""
        return number(self.player.settings.now["report_interval"])

    def contact(self) -> None:
        """The platform is there."""
        self.sign.contact()

    def command(self, point: str, value: Value) -> bool:
        """A command of a message."""
        self.sign.contact()
        return self.device.command(point, value)
