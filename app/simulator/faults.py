"""Every named fault, as one table."""

from __future__ import annotations

from typing import Any

from app.core.errors import UserFacing
from app.simulator import (
    faults_device,
    faults_line,
    faults_pole,
    faults_report,
    faults_sign,
    faults_wiring,
)
from app.simulator.asset import SimulatedAsset
from app.simulator.fault import Fault, FaultRequest, Target, parse_fault
from app.wording import told

FAULTS: tuple[Fault, ...] = (
    *faults_line.FAULTS,
    *faults_report.FAULTS,
    *faults_device.FAULTS,
    *faults_pole.FAULTS,
    *faults_wiring.FAULTS,
    *faults_sign.FAULTS,
)


def list_faults() -> list[dict[str, Any]]:
    """The rows of ``wayside simulate --list-faults --json``."""
    return [fault.as_dict() for fault in FAULTS]


def find_fault(name: str) -> Fault:
    """The fault of that name; UserFacing names those that exist."""
    for fault in FAULTS:
        if fault.id == name:
            return fault
    known = ", ".join(fault.id for fault in FAULTS)
    raise told(UserFacing, "simulator.no_fault", name=name, known=known)


def inject(text: str, assets: dict[str, SimulatedAsset]) -> None:
    """Put a fault into the asset it names; once only, a second time changes nothing.

    Raises:
        UserFacing: no such fault, asset or device, or the fault does not fit there.
    """
    fault, target = _placed(text, assets)
    place = _place(fault, target)
    if place not in target.asset.faults:
        target.asset.faults[place] = fault.inject(target)


def clear(text: str, assets: dict[str, SimulatedAsset]) -> None:
    """Take a fault out again, whatever parameters it has; nothing happens where it is not in."""
    fault, target = _placed(text, assets)
    undo = target.asset.faults.pop(_place(fault, target), None)
    if undo is not None:
        undo()


def _place(fault: Fault, target: Target) -> str:
    return f"{fault.id}@{target.asset.number}/{target.device.slot.id}"


def _placed(text: str, assets: dict[str, SimulatedAsset]) -> tuple[Fault, Target]:
    request = parse_fault(text)
    fault = find_fault(request.name)
    asset = assets.get(request.asset)
    if asset is None:
        known = ", ".join(assets)
        raise told(UserFacing, "simulator.no_asset", text=text, asset=request.asset, known=known)
    return fault, _target(request, fault, asset)


def _target(request: FaultRequest, fault: Fault, asset: SimulatedAsset) -> Target:
    slots = fault.devices.get(asset.kind, ())
    slot = request.device or (slots[0] if slots else "")
    if slot not in slots:
        places = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in fault.devices.items())
        raise told(
            UserFacing, "simulator.no_place", text=request.text, fault=fault.id, places=places
        )
    unknown = set(request.parameters) - set(fault.parameters)
    if unknown:
        raise told(
            UserFacing,
            "simulator.no_parameter",
            text=request.text,
            names=", ".join(sorted(unknown)),
            fault=fault.id,
            known=", ".join(fault.parameters) or "-",
        )
    return Target(
        asset=asset,
        device=asset.devices[slot],
        parameters={**fault.parameters, **request.parameters},
    )
