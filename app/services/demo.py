"""The demo district: the field simulator's assets as connections, nothing to configure."""

from __future__ import annotations

from app.services.connection_file import SavedAsset, SavedConnection
from app.simulator.options import SimulatorOptions
from app.simulator.run import Ready

POLES, SIGNS = 3, 1
BROKER = "demo broker"


def demo_options(seed: int = 1) -> SimulatorOptions:
    """What the demo district is made of."""
    return SimulatorOptions(poles=POLES, signs=SIGNS, seed=seed)


def demo_connections(ready: Ready) -> tuple[SavedConnection, ...]:
    """One Modbus TCP connection a pole, and one to the broker on which every asset tells."""
    polled = tuple(
        SavedConnection(
            name=f"{asset.asset} gateway",
            url=asset.links["modbus+tcp"],
            assets=(SavedAsset(number=asset.asset, type=asset.type),),
        )
        for asset in ready.assets
        if "modbus+tcp" in asset.links
    )
    told = [asset for asset in ready.assets if "mqtt" in asset.links]
    if not ready.broker or not told:
        return polled
    broker = SavedConnection(
        name=BROKER,
        url=ready.broker,
        assets=tuple(SavedAsset(number=asset.asset, type=asset.type) for asset in told),
    )
    return (*polled, broker)
