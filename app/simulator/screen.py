"""An information screen: brightness, what it shows, what it draws."""

from __future__ import annotations

from app.simulator.walks import clamp, relax, seeded

POWER_FACTOR = 0.93
MESSAGES = ("WELCOME 欢迎", "DRIVE SAFELY 安全驾驶", "AIR: GOOD 空气良好")


class Screen:
    """Truth about one screen; ``command`` and ``level`` are brightness in per cent."""

    def __init__(self, seed: int, asset: str, *, power_w: float = 160.0) -> None:
        self._rng = seeded(seed, asset, "screen")
        self.full_w = power_w
        self.idle_w = 12.0
        self.command = 40.0
        self.level = 40.0
        self.on = True
        self.message = self._rng.choice(MESSAGES)
        self.pattern = 0
        self.identify_s = 0.0
        self.temperature = 35.0
        self.fan_rpm = 0.0
        self.powered = True
        # What can be wrong.
        self.dark_pixels = 0
        self.stuck_level: float | None = None
        self.failed_modules = 0
        self.shows: str | None = None

    def step(self, dt: float, ambient: float) -> None:
        """Follow the brightness asked for and warm up for ``dt`` seconds."""
        self.identify_s = max(0.0, self.identify_s - dt)
        goal = self.command if self.stuck_level is None else self.stuck_level
        most = 50.0 * dt
        self.level += clamp((goal if self.on else 0.0) - self.level, -most, most)
        self.temperature = relax(
            self.temperature, ambient + 6.0 + 16.0 * self.level / 100.0, dt, 900.0
        )
        wanted = 1400.0 + 16.0 * self.level if self.temperature > 24.0 or self.level > 60.0 else 0.0
        self.fan_rpm = wanted + self._rng.gauss(0.0, 15.0) if wanted else 0.0

    @property
    def power_w(self) -> float:
        """Active power in watts: the picture is half lit on average, test patterns wholly."""
        if not self.powered:
            return 0.0
        drive = 1.0 if self.pattern else 0.5
        return self.idle_w + (self.full_w - self.idle_w) * drive * self.level / 100.0

    @property
    def seen(self) -> str:
        """The text that a person in front of it reads."""
        if not self.on or not self.powered or self.level < 1.0:
            return ""
        return self.message if self.shows is None else self.shows
