"""From a procedure and an asset type to the checks of a job: what is fitted, limits resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from app.commissioning.limits import LimitTable
from app.commissioning.procedures import CheckEntry, Procedure
from app.core.assets import AssetType, DeviceSlot
from app.core.commissioning import Limits, Method
from app.core.profiles import DeviceProfile

ASSET = "asset"
"""The slot of a check that is made once, and of the messages that tell of the whole asset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCheck:
    """One check of one job. ``limits`` are numbers; ``named`` says where each comes from.

    ``needs`` and ``after`` are ids of planned checks, ``uses`` the one whose frames are judged.
    ``slots`` are the devices whose frames are evidence: the check's own first.
    """

    id: str
    base: str
    step: str
    kind: str
    slot: str = ""
    slots: tuple[str, ...] = ()
    fitted: bool = True
    reason: str = ""
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    uses: str = ""
    method: Method = Method.AUTOMATIC
    level: str = "L1"
    required: bool = True
    waivable: bool = True
    waive_by: tuple[str, ...] = ()
    punch: str = "A"
    danger: str = ""
    text: str = ""
    title: str = ""
    title_zh: str = ""
    device: str = ""
    device_zh: str = ""
    unit: int = 0
    requirement: str = ""
    as_built: bool = False
    supply: str = ""
    settings: dict[str, float] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)
    named: dict[str, dict[str, Any]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def spec(self) -> dict[str, Any]:
        """The check as plain data, for the evidence."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    @staticmethod
    def of(spec: Mapping[str, Any]) -> PlannedCheck:
        """The check that evidence holds.

        Raises:
            msgspec.ValidationError: it is none.
        """
        return msgspec.convert(spec, PlannedCheck)

    def limit(self, name: str) -> float:
        """A limit by the name the kind gives it; KeyError where the procedure names none."""
        return self.limits[name]

    def bounds(self) -> Limits:
        """The limits in the form of an outcome."""
        values = self.limits
        source = "; ".join(
            f"{key}: {entry['source']}" for key, entry in self.named.items() if entry.get("source")
        )
        return Limits(
            low=values.get("low"),
            high=values.get("high"),
            marginal_low=values.get("marginal_low"),
            marginal_high=values.get("marginal_high"),
            source=source,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What the plan is made for: the type, its profiles by slot, and which links there are.

    ``profiles`` has the message profile of the whole asset under ``ASSET`` where messages come.
    ``polled`` says that a link asks, ``streamed`` that one tells.
    """

    asset_type: AssetType
    profiles: Mapping[str, DeviceProfile]
    polled: bool
    streamed: bool


def make_plan(
    procedure: Procedure,
    fitted: Fitted,
    limits: LimitTable,
    streamed_kinds: frozenset[str] = frozenset(),
) -> tuple[PlannedCheck, ...]:
    """Every check in the order of the procedure; one that nothing is fitted for says so.

    ``streamed_kinds`` are the kinds that judge messages and need a link that tells.
    """
    planned: list[PlannedCheck] = []
    by_base: dict[str, list[PlannedCheck]] = {}
    for entry in procedure.checks:
        if entry.kind in streamed_kinds:
            found = [_on_messages(entry, fitted, limits, by_base)]
        else:
            slots = _slots(entry, fitted)
            found = [_one(entry, slot, limits, by_base) for slot in slots]
        by_base[entry.id] = found or [_absent(entry, "not_fitted")]
        planned.extend(by_base[entry.id])
    return tuple(planned)


def _slots(entry: CheckEntry, fitted: Fitted) -> list[DeviceSlot | None]:
    """The devices a check is made of; None is the asset as a whole."""
    selector = entry.device
    if not selector:
        return [None]
    return [
        slot
        for slot in fitted.asset_type.devices
        if slot.id in fitted.profiles
        and selector.get("slot", slot.id) == slot.id
        and selector.get("function", slot.function) == slot.function
        and (not selector.get("settings") or slot.settings)
        and (not selector.get("nameplate") or slot.nameplate)
        and ("with" not in selector or _has(fitted.profiles[slot.id], selector["with"]))
    ]


def _has(profile: DeviceProfile, point: str) -> bool:
    return any(found.id == point for found in profile.points)


def _one(
    entry: CheckEntry,
    slot: DeviceSlot | None,
    limits: LimitTable,
    by_base: Mapping[str, list[PlannedCheck]],
) -> PlannedCheck:
    own = slot.id if slot else ""
    supply = slot.supply if slot else ""
    others = [supply.partition("/")[0]] if supply else []
    others += [name for name in entry.options.get("slots", ()) if name != own]
    slots = tuple(name for name in dict.fromkeys([own, *others]) if name)
    named = {name: limits.get(value) for name, value in entry.limits.items()}
    return PlannedCheck(
        id=f"{entry.id}/{own}" if own else entry.id,
        base=entry.id,
        step=entry.step,
        kind=entry.kind,
        slot=own,
        slots=slots,
        # Whatever else it touches must be what it should be, too, before it is written to.
        needs=_ids(entry.needs, slots, by_base),
        after=_ids(entry.after, (own,), by_base),
        uses=next(iter(_ids((entry.uses,), (own,), by_base)), "") if entry.uses else "",
        method=entry.method,
        level=entry.level,
        required=entry.required,
        waivable=entry.waivable,
        waive_by=entry.waive_by,
        punch=entry.punch,
        danger=entry.danger,
        text=entry.text or entry.id,
        title=entry.title,
        title_zh=entry.title_zh,
        device=slot.title if slot else "",
        device_zh=(slot.title_zh or slot.title) if slot else "",
        unit=slot.unit if slot else 0,
        requirement=entry.requirement,
        as_built=entry.as_built,
        supply=supply,
        settings=dict(slot.settings) if slot else {},
        limits={name: found.value for name, found in named.items()},
        named={name: msgspec.to_builtins(found) for name, found in named.items()},
        options={**entry.options, **_ordered(entry, slot)},
    )


def _ordered(entry: CheckEntry, slot: DeviceSlot | None) -> dict[str, Any]:
    """What the device ordered says of itself, for a check that is about that."""
    return {"nameplate": dict(slot.nameplate)} if slot and entry.device.get("nameplate") else {}


def _ids(
    bases: tuple[str, ...], slots: tuple[str, ...], by_base: Mapping[str, list[PlannedCheck]]
) -> tuple[str, ...]:
    """The planned checks that a base id means: those of the same devices where there are any."""
    found: list[str] = []
    for base in bases:
        same = [check for check in by_base[base] if check.slot in slots]
        found += [check.id for check in same or by_base[base] if check.fitted]
    return tuple(found)


def _absent(entry: CheckEntry, reason: str) -> PlannedCheck:
    return PlannedCheck(
        id=entry.id,
        base=entry.id,
        step=entry.step,
        kind=entry.kind,
        fitted=False,
        reason=reason,
        method=entry.method,
        level=entry.level,
        required=False,
        text=entry.text or entry.id,
        title=entry.title,
        title_zh=entry.title_zh,
    )


def _on_messages(
    entry: CheckEntry,
    fitted: Fitted,
    limits: LimitTable,
    by_base: Mapping[str, list[PlannedCheck]],
) -> PlannedCheck:
    if not fitted.streamed or ASSET not in fitted.profiles:
        return _absent(entry, "no_messages")
    return replace(_one(entry, None, limits, by_base), slot=ASSET, slots=(ASSET,))
