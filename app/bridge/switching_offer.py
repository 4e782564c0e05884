"""What may be sent to a point: its command, the values it takes, what happens in the street."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.bridge.units import number
from app.core.profiles import CommandSpec, DeviceProfile, Point
from app.core.rows import PointKey, ValueKind
from app.profiles.units import display
from app.profiles.values import bounds

_WIDEST = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The command of a point as a form shows it.

    ``kind`` is number, choice or text; a number lies within ``low`` and ``high`` and has
    ``decimals``; a choice is one of ``choices``. ``danger`` says what happens in the street, empty
    where nothing lights, moves or sounds. ``refused`` says why it cannot be sent from here.
    A trial is put back after ``revert_s``.
    """

    key: PointKey
    spec: CommandSpec
    point: Point
    title: str
    place: str
    kind: str
    low: float = 0.0
    high: float = 0.0
    decimals: int = 0
    unit: str = ""
    choices: tuple[tuple[int, str], ...] = ()
    longest: int = 0
    danger: str = ""
    refused: str = ""
    revert_s: int = 0

    @property
    def span(self) -> str:
        """The values that may be sent, in words; empty where there is nothing to say."""
        if self.kind != "number" or self.high >= _WIDEST:
            return ""
        low, high = number(self.low, self.decimals), number(self.high, self.decimals)
        return f"{low} … {high} {self.unit}".rstrip()

    @property
    def lasts(self) -> bool:
        """Whether what is sent stays until something else is sent: it can be undone."""
        return "r" in self.point.access


def command_of(profile: DeviceProfile, point: Point) -> CommandSpec | None:
    """The command that writes the point, None where there is none."""
    return next((spec for spec in profile.commands if spec.point == point.id), None)


def offer(
    key: PointKey, profile: DeviceProfile, point: Point, *, place: str, refused: str, language: str
) -> Offer | None:
    """The form of a point's command, None where the point has none."""
    spec = command_of(profile, point)
    if spec is None:
        return None
    low, high = bounds(point)
    chinese = language.startswith("zh")
    labels = point.labels_zh if chinese and point.labels_zh else point.labels
    choices = tuple(sorted(labels.items()))
    if point.kind is ValueKind.BOOL and not choices:
        translate = QCoreApplication.translate
        choices = ((0, translate("Switching", "off")), (1, translate("Switching", "on")))
    kind = "text" if point.kind is ValueKind.TEXT else "choice" if choices else "number"
    address = point.modbus
    return Offer(
        key=key,
        spec=spec,
        point=point,
        title=(chinese and spec.title_zh) or spec.title or spec.id,
        place=place,
        kind=kind,
        low=max(low, -_WIDEST),
        high=min(high, _WIDEST),
        decimals=point.decimals if point.kind is ValueKind.FLOAT else 0,
        unit=display(point.unit, language) if point.unit else "",
        choices=choices,
        longest=2 * address.length if address is not None and kind == "text" else 0,
        danger=danger(profile, spec),
        refused=refused,
    )


def danger(profile: DeviceProfile, spec: CommandSpec) -> str:
    """What happens in the street when the command is carried out; empty where nothing does."""
    translate = QCoreApplication.translate
    follows, eyes = spec.effect.get("follows"), spec.effect.get("eyes")
    if follows in ("rated_curve", "on_off"):
        return translate("Switching", "The lamp in the street changes its light at once.")
    if follows == "pulse":
        return translate("Switching", "The lamp in the street goes bright and dark for a while.")
    if follows == "restart":
        return translate("Switching", "The device starts again and is silent meanwhile.")
    if eyes == "lock":
        return translate("Switching", "The lock of the door moves.")
    if profile.function in ("info_screen", "sign") and spec.effect:
        return translate("Switching", "What people in the street see changes at once.")
    return ""
