"""Words of the printed report: names of checks, devices and points, values, times."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from app.commissioning.planning import ASSET, PlannedCheck
from app.commissioning.report_document import ReportDocument
from app.commissioning.wording import step_title, title
from app.core.commissioning import Verdict
from app.profiles.units import display
from app.settings import Texts

_NOTHING = re.compile(r"(?<![\w.])-(0(?:\.0*)?)(?![\d.])")
_MINUS = re.compile(r"(?<![\w.])-(?=\d)")


class Words:
    """Says everything of one document in one language."""

    def __init__(self, document: ReportDocument, language: str) -> None:
        self.document = document
        self.texts = Texts(language)
        self.chinese = language.startswith("zh")
        slots = {check.slot for check in document.job.plan if check.slot not in ("", ASSET)}
        self.alone = len(slots) == 1
        """The asset is one device: no check need tell of which one it is."""

    def get(self, key: str, **values: object) -> str:
        """A text of the report."""
        return self.texts.get(f"report.{key}", **values)

    def check(self, check: PlannedCheck) -> str:
        """What a check is called, with its device where there are several."""
        if self.alone:
            check = replace(check, device="", device_zh="")
        return title(check, self.texts)

    def check_by_id(self, check: str) -> str:
        """The same by its id; the id itself where the plan has none such."""
        try:
            return self.check(self.document.job.check(check))
        except KeyError:
            return check

    def step(self, step: str) -> str:
        """What a step is called."""
        own = self.document.job.step_title(step, chinese=self.chinese)
        return step_title(step, own, self.texts)

    def verdict(self, verdict: Verdict) -> str:
        """The word of a verdict."""
        return self.get(f"verdict.{verdict.value}")

    def value(self, number: str, unit: str) -> str:
        """A number with its unit; words of machines in words of people."""
        if not unit and number in ("yes", "no", "none", "True", "False"):
            return self.get(f"value.{number.lower()}")
        number = minus(number)
        return f"{number} {display(unit, self.texts.language)}".strip() if number else "–"

    def limit(self, name: str) -> str:
        """What a limit is called; empty where nobody has named it."""
        text = self.get(f"limit.{name}")
        return "" if text == f"report.limit.{name}" else text

    def unit(self, unit: str) -> str:
        """A unit's symbol."""
        return display(unit, self.texts.language)

    def device(self, slot: str) -> str:
        """What a device is called."""
        if slot == ASSET:
            return self.document.job.asset
        for check in self.document.job.plan:
            if check.slot == slot and check.device:
                return (check.device_zh if self.chinese else check.device) or slot
        kind = self.document.asset_type
        for device in kind.devices if kind else ():
            if device.id == slot:
                return (self.chinese and device.title_zh) or device.title
        return slot

    def point(self, slot: str, point: str) -> str:
        """What a point is called."""
        profile = self.document.profiles.get(slot)
        for found in profile.points if profile else ():
            if found.id == point:
                return (self.chinese and found.title_zh) or found.title
        return point

    def profile(self, slot: str) -> str:
        """The model of a device as its profile names it."""
        profile = self.document.profiles.get(slot)
        return ((self.chinese and profile.title_zh) or profile.title) if profile else "–"

    def asset_type(self) -> str:
        """What the type of the asset is called."""
        kind = self.document.asset_type
        if kind is None:
            job = self.document.job
            return (self.chinese and job.type_title_zh) or job.type_title or job.asset_type
        return (self.chinese and kind.title_zh) or kind.title

    def told(self, check: str) -> str:
        """What a check says of its last verdict, with the one next action."""
        state = self.document.job.states[check]
        return (self.chinese and state.text_zh) or state.text

    def count(self, key: str, number: int) -> str:
        """A counted thing, one or many."""
        return self.get(f"{key}.{'one' if number == 1 else 'many'}", n=number)


def minus(text: str) -> str:
    """Numbers with the sign of typesetting; what is nothing has none."""
    text = _NOTHING.sub(r"\1", text)
    return _MINUS.sub("−", text)


def day_and_time(time_ns: int, *, offset: bool = False) -> str:
    """A moment in the time zone of this machine, with its offset where that is asked for."""
    found = datetime.fromtimestamp(time_ns / 1e9).astimezone()
    text = found.strftime("%Y-%m-%d %H:%M:%S")
    return f"{text} {zone(time_ns)}" if offset else text


def time_of_day(time_ns: int) -> str:
    """Hours, minutes and seconds in the time zone of this machine."""
    return datetime.fromtimestamp(time_ns / 1e9).astimezone().strftime("%H:%M:%S")


def zone(time_ns: int) -> str:
    """The offset from UTC: ``UTC``, ``UTC+8``, ``UTC-3:30``."""
    found = datetime.fromtimestamp(time_ns / 1e9).astimezone().utcoffset()
    minutes = int(found.total_seconds() // 60) if found else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def short(digest: str) -> str:
    """A hash short enough for a table: its first and last four characters."""
    return f"{digest[:4]}…{digest[-4:]}" if len(digest) > 12 else digest or "–"


def spaced(digest: str) -> str:
    """A hash in groups of eight."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8)) or "–"
