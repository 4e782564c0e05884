"""The cellular link of a sign: signal strength, quality and coverage level."""

from __future__ import annotations

from app.simulator.walks import Walk, clamp, seeded


class Radio:
    """RSRP, SNR and coverage enhancement level (ECL) of an NB-IoT module.

    ECL follows RSRP at the usual cell thresholds: 0 above -110 dBm, 1 above -120 dBm, else 2.
    """

    def __init__(self, seed: int, asset: str) -> None:
        rng = seeded(seed, asset, "radio")
        self._rsrp = Walk(seeded(seed, asset, "rsrp"), rng.uniform(-92.0, -82.0), 1.3, 20.0)
        self._snr = Walk(seeded(seed, asset, "snr"), rng.uniform(11.0, 16.0), 1.0, 15.0)
        self.loss_db = 0.0
        self.hum_db = 0.0
        self.rsrp = self._rsrp.value
        self.snr = self._snr.value

    def step(self, dt: float) -> None:
        """Let the signal fade for ``dt`` seconds; ``loss_db`` less, and disturbed by ``hum_db``."""
        self.rsrp = clamp(self._rsrp.step(dt) - self.loss_db, -140.0, -44.0)
        self.snr = clamp(self._snr.step(dt) - self.loss_db * 0.6 - self.hum_db, -20.0, 30.0)

    @property
    def ecl(self) -> int:
        """Coverage enhancement level 0, 1 or 2."""
        return 0 if self.rsrp > -110.0 else 1 if self.rsrp > -120.0 else 2
