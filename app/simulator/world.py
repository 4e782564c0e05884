"""The simulated field: assets, weather and time, without any network. Deterministic from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.assets import AssetType
from app.core.profiles import DeviceProfile
from app.simulator import faults
from app.simulator.asset import Body, Plan, SimulatedAsset, Time
from app.simulator.climate import Climate, Place
from app.simulator.pole import Pole
from app.simulator.roadsign import RoadSign
from app.simulator.walks import seeded
from app.simulator.wire import Wire

STEP_S = 0.2
"""The physics step; five a second."""

SLOW_STEPS = 5
"""Weather and noise move once in so many steps, each asset in its own one."""

MOST_CATCH_UP_S = 10.0
"""A world that is further behind its clock jumps instead of computing what nobody saw."""

SPACING_DEG = 0.0003

POLE_TYPE, SIGN_TYPE = "reference-pole", "reference-sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The data files the world is built from."""

    profile: Callable[[str], DeviceProfile]
    asset_type: Callable[[str], AssetType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What stands in the field, when and where; ``start_s`` in UTC seconds."""

    poles: int
    signs: int
    seed: int
    start_s: float
    place: Place
    report_s: float = 1.0


class World:
    """Poles ``SP-0001``... and signs ``TS-0001``... under one weather."""

    def __init__(self, field: Field, catalogue: Catalogue) -> None:
        self.field = field
        self.time = Time(now_s=field.start_s)
        self.climate = Climate(field.seed, field.place)
        self.climate.step(1.0, field.start_s)
        self._steps = 0
        self._behind_s = 0.0
        self._catalogue = catalogue
        self.assets: dict[str, SimulatedAsset] = {}
        for index in range(field.poles):
            self._add_pole(f"SP-{index + 1:04d}", index)
        for index in range(field.signs):
            self._add_sign(f"TS-{index + 1:04d}", index)

    def _add_pole(self, number: str, index: int) -> None:
        plan = self._plan(number, POLE_TYPE, index)
        pole = Pole(plan)
        pole.gateway.settings.set_factory("report_interval", self.field.report_s)
        asset = self._asset(plan, pole)
        asset.wire.away = pole.gateway.is_restarting
        self._add(asset)

    def _add_sign(self, number: str, index: int) -> None:
        plan = self._plan(number, SIGN_TYPE, index)
        self._add(self._asset(plan, RoadSign(plan)))

    def _add(self, asset: SimulatedAsset) -> None:
        asset.body.slow_step(1.0, self.climate)
        asset.body.step(STEP_S)
        self.assets[asset.number] = asset

    def _plan(self, number: str, type_id: str, index: int) -> Plan:
        asset_type = self._catalogue.asset_type(type_id)
        place = self.field.place
        return Plan(
            number=number,
            asset_type=asset_type,
            profiles={
                slot.profile: self._catalogue.profile(slot.profile) for slot in asset_type.devices
            },
            seed=self.field.seed,
            time=self.time,
            place=(place.latitude, place.longitude + SPACING_DEG * index),
        )

    def _asset(self, plan: Plan, body: Body) -> SimulatedAsset:
        message = self._catalogue.profile(plan.asset_type.message_profile)
        topic = message.mqtt.topic if message.mqtt is not None else "{device}/telemetry"
        return SimulatedAsset(
            number=plan.number,
            type=plan.asset_type.id,
            kind=plan.asset_type.kind,
            devices=body.devices,
            body=body,
            wire=Wire(rng=seeded(plan.seed, plan.number, "wire"), now_s=self.time.read),
            topic=topic.replace("{device}", plan.number),
            message_points={p.id: p.decimals for p in message.points if "r" in p.access},
            label=next(iter(body.devices.values())).serial,
        )

    def advance(self, seconds: float) -> None:
        """Let the physics run, in whole steps; what is left over counts in the next call."""
        self._behind_s += seconds
        # A whole step must not be lost to the last bit of a sum of tenths.
        while self._behind_s >= STEP_S - 1e-9:
            self._behind_s -= STEP_S
            self._step()

    def follow(self, now_s: float) -> None:
        """Catch up with a clock; a world that slept too long jumps."""
        behind = now_s - self.time.now_s - self._behind_s
        if abs(behind) > MOST_CATCH_UP_S:
            self.time.now_s = now_s
            self._behind_s = 0.0
        elif behind > 0.0:
            self.advance(behind)

    def _step(self) -> None:
        self.time.now_s += STEP_S
        self._steps += 1
        phase = self._steps % SLOW_STEPS
        if phase == 0:
            self.climate.step(STEP_S * SLOW_STEPS, self.time.now_s)
        for index, asset in enumerate(self.assets.values()):
            asset.body.step(STEP_S)
            if index % SLOW_STEPS == phase:
                asset.body.slow_step(STEP_S * SLOW_STEPS, self.climate)

    def inject(self, fault: str) -> None:
        """Put a fault in, written ``NAME@ASSET/device``; UserFacing where it does not exist."""
        faults.inject(fault, self.assets)

    def clear(self, fault: str) -> None:
        """Take a fault out again."""
        faults.clear(fault, self.assets)
