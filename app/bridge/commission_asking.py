"""What people are asked, in their words: titles and units in place of the names of points."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from app.bridge.commission_views import FieldView, QuestionView
from app.commissioning.checks.base import Question, QuestionKind
from app.commissioning.planning import PlannedCheck
from app.core.profiles import DeviceProfile
from app.profiles.units import display

NONE = "none"
"""The choice that nothing of what is offered is so."""


class Asking:
    """Words questions of one job in one language.

    Args:
        profiles: the profile of each device.
        devices: what a person calls each device.
        language: of titles and units.
    """

    def __init__(
        self, profiles: Mapping[str, DeviceProfile], devices: Mapping[str, str], language: str
    ) -> None:
        self._profiles = profiles
        self._devices = devices
        self._language = language
        self._chinese = language.startswith("zh")

    def words(self, text: str) -> str:
        """An answer as a person reads it: a device by its title, yes and no in their language."""
        answers = {
            NONE: QCoreApplication.translate("Commission", "None of them"),
            "yes": QCoreApplication.translate("Commission", "Yes"),
            "no": QCoreApplication.translate("Commission", "No"),
        }
        return self._devices.get(text) or answers.get(text, text)

    def view(
        self, check: PlannedCheck, question: Question, fields: Mapping[str, str]
    ) -> QuestionView:
        """The question of a check; ``fields`` are what was typed in this job so far."""
        key = f"answer.{check.id}."
        # Which device it is about is the answer itself where devices are to choose from.
        named = question.kind is QuestionKind.VALUES
        return QuestionView(
            kind=question.kind.value,
            text=question.text_zh if self._chinese else question.text,
            about=self._devices.get(check.slot, "") if named else "",
            choices=tuple((name, self.words(name)) for name in question.choices),
            fields=tuple(self._field(check, name) for name in question.fields),
            typed=tuple(
                (name.removeprefix(key), value)
                for name, value in fields.items()
                if name.startswith(key)
            ),
            length=int(check.limits.get("characters", 0)),
        )

    def _field(self, check: PlannedCheck, name: str) -> FieldView:
        profile = self._profiles.get(check.slot)
        point = next((p for p in profile.points if p.id == name), None) if profile else None
        if point is None:
            return FieldView(id=name, title=name)
        unit = display(point.unit, self._language)
        most = check.limits.get(name)
        return FieldView(
            id=name,
            title=(point.title_zh if self._chinese else "") or point.title or name,
            unit=unit,
            hint=f"± {most:g} {unit}".rstrip() if most is not None else "",
        )
