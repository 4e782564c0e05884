"""A solar LED sign with a cellular module: what it shows, what it eats, when it falls back."""

from __future__ import annotations

from app.simulator.battery import Battery
from app.simulator.climate import Climate
from app.simulator.radio import Radio
from app.simulator.walks import clamp, relax, seeded

BLANK, SPEED_LIMIT = 0, 1
IDLE_W = 0.4
FULL_W = 24.0
DEFAULT_HOLD_S = 10.0
PIXELS = 4096


class Sign:
    """Truth about one sign.

    ``contact_age`` is the time since the platform or a service tool was last heard. When it
    reaches ``comm_loss_after`` the sign falls back to ``default_sign`` and an empty text line,
    and returns to what was commanded when contact returns. ``silence_s`` above 0 is the rest of
    the test in which the sign plays that nobody is heard.
    """

    def __init__(self, seed: int, asset: str) -> None:
        rng = seeded(seed, asset, "sign")
        self._rng = rng
        self.battery = Battery(rng.uniform(0.72, 0.94))
        self.radio = Radio(seed, asset)
        self.mounted = abs(rng.gauss(0.25, 0.12))
        self.on = True
        self.brightness_command = 60.0
        self.brightness = 60.0
        self.sign_command = SPEED_LIMIT
        self.speed_command = rng.choice((40, 60, 80))
        self.message_command = "SLOW 慢行"
        self.identify_s = 0.0
        self.comm_loss_after = 900.0
        self.default_sign = BLANK
        self.contact_age = 0.0
        self.silence_s = 0.0
        self._default_s = 0.0
        self.temperature = 20.0
        self.tilt = self.mounted
        self.acceleration = 0.1
        self.illuminance = 0.0
        self.flash_hz = 1.2
        self.messages_sent = rng.randrange(1000, 90_000)
        # What can be wrong.
        self.dark_pixels = 0
        self.hidden_dark_column = False
        self.shows_instead: str | None = None
        self.keeps_message = False
        self.lean_deg = 0.0
        self.tampered = False
        self.hit = False
        self.stuck_brightness: float | None = None
        self.mirrored = False
        self.one_behind = False
        self.keeps_text = False
        self.late_s = 0.0
        self._before = self.message_command

    def show(self, text: str) -> None:
        """Take a new text line."""
        self._before, self.message_command = self.message_command, text

    def contact(self) -> None:
        """The platform or a service tool was heard."""
        if self.silence_s <= 0.0:
            self.contact_age = 0.0

    def test_silence(self, seconds: float) -> None:
        """Play that nobody is heard, until the fall-back ``seconds`` from now has been seen."""
        self.silence_s = seconds + DEFAULT_HOLD_S if seconds > 0.0 else 0.0
        self.contact_age = max(0.0, self.comm_loss_after - seconds) if seconds > 0.0 else 0.0

    @property
    def fallen_back(self) -> bool:
        """Whether the sign has given up on its platform."""
        after = self.comm_loss_after + self.late_s
        lost = self.comm_loss_after > 0.0 and self.contact_age >= after
        return lost and not self.keeps_message

    def step(self, dt: float) -> None:
        """Follow the commands for ``dt`` seconds."""
        self.contact_age += dt
        if self.silence_s > 0.0:
            self.silence_s = max(0.0, self.silence_s - dt)
            if self.silence_s <= 0.0:
                self.contact_age = 0.0
        goal = self.brightness_command if self.stuck_brightness is None else self.stuck_brightness
        self.brightness += clamp(goal - self.brightness, -100.0 * dt, 100.0 * dt)
        self.identify_s = max(0.0, self.identify_s - dt)

    def slow_step(self, dt: float, climate: Climate) -> None:
        """Charge, fade, warm and sway for ``dt`` seconds."""
        gauss = self._rng.gauss
        self.battery.step(dt, self.load_w, climate.daylight)
        self.radio.step(dt)
        self.temperature = relax(
            self.temperature, climate.temperature + 3.0 + 0.3 * self.load_w, dt, 600.0
        )
        self.tilt = abs(self.mounted + self.lean_deg + gauss(0.0, 0.015))
        self.acceleration = abs(gauss(0.06, 0.02)) + climate.wind * 0.01
        self.illuminance = max(0.0, climate.daylight * (1.0 + gauss(0.0, 0.01)) + gauss(0.0, 0.6))

    @property
    def lit(self) -> bool:
        """Whether any light point shines."""
        empty = self.sign_shown == BLANK and not self.message_shown
        return self.on and not empty and self.brightness >= 1.0 and self.battery.volts > 10.0

    @property
    def sign_shown(self) -> int:
        """Code of the sign face shown, 0 for none."""
        return self.default_sign if self.fallen_back else self.sign_command

    @property
    def message_shown(self) -> str:
        """The text line the controller believes it shows."""
        return "" if self.fallen_back and not self.keeps_text else self.message_command

    @property
    def load_w(self) -> float:
        """Electrical power taken from the battery, in watts."""
        if not self.lit:
            return IDLE_W
        flashing = 0.5 if self.identify_s > 0.0 else 1.0
        return IDLE_W + FULL_W * flashing * self.brightness / 100.0

    @property
    def text_seen(self) -> str:
        """The text line that a person in front of the sign reads."""
        if not self.lit:
            return ""
        text = self.message_shown if self.shows_instead is None else self.shows_instead
        if self.one_behind and not self.fallen_back:
            text = self._before
        if self.mirrored:
            text = text[::-1]
        if self.hidden_dark_column and len(text) > 1:
            return text[:1] + "▯" + text[2:]
        return text
