"""A world without a network, and a running simulator."""

from __future__ import annotations

import pytest

from app.profiles.library import Library
from app.simulator.climate import Place
from app.simulator.options import MODBUS_TCP, SimulatorOptions
from app.simulator.run import FieldSimulator
from app.simulator.world import Catalogue, Field, World

NIGHT_S = 1_780_000_000.0 - 1_780_000_000 % 86_400 + 18 * 3600.0
NOON_S = NIGHT_S - 14 * 3600.0


@pytest.fixture(scope="session")
def catalogue():
    library = Library()
    return Catalogue(profile=library.profile, asset_type=library.asset_type)


@pytest.fixture
def make_world(catalogue):
    def make(*, poles=1, signs=1, seed=1, start_s=NIGHT_S):
        field = Field(poles=poles, signs=signs, seed=seed, start_s=start_s, place=Place())
        return World(field, catalogue)

    return make


@pytest.fixture
async def simulate():
    """Start simulators; each is stopped at the end."""
    running = []

    async def start(**options):
        options.setdefault("protocols", (MODBUS_TCP,))
        simulator = FieldSimulator(SimulatorOptions(**options))
        running.append(simulator)
        return simulator, await simulator.start()

    yield start
    for simulator in running:
        await simulator.stop()
