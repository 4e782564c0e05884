"""How good a profile is: named rules, each with a validator, in three grades.

A file that loads is at least ungraded; it is bronze when it meets every bronze rule, and silver or
gold when it meets those of the lower grades as well. ``RULES`` is the whole list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

from app.core.errors import ProfileError
from app.core.profiles import DeviceProfile
from app.core.rows import ValueKind
from app.profiles.building import build_profile
from app.profiles.checking import Path as Place
from app.profiles.lines import LineIndex
from app.profiles.loader import parse_profile, read_text
from app.settings import Words


class Grade(IntEnum):
    """What a profile has earned; FAULTY does not load, UNGRADED misses a bronze rule."""

    FAULTY = 0
    UNGRADED = 1
    BRONZE = 2
    SILVER = 3
    GOLD = 4


class Finding(NamedTuple):
    """One broken rule at one place; ``line`` is 0 where it is not known."""

    rule: str
    grade: Grade
    where: str
    line: int
    seen: Words


class Report(NamedTuple):
    """What the check of a file found, and the grade it earned."""

    path: Path
    grade: Grade
    findings: tuple[Finding, ...]
    ok: bool


_Miss = tuple[Place, Words]
_Document = dict[str, Any]


class Rule(NamedTuple):
    """A rule: its name, the grade that needs it, what it asks for, and how it is seen."""

    name: str
    grade: Grade
    asks: str
    misses: Callable[[_Document, DeviceProfile], Iterator[_Miss]]


def check_file(path: Path | str, minimum: Grade = Grade.BRONZE) -> Report:
    """Loads and grades a profile file; ``ok`` says that it reaches the minimum.

    Findings are those that keep it from gold, or the mistakes that keep it from loading.
    """
    path = Path(path)
    try:
        parsed = parse_profile(path)
        errors = parsed.errors
        if not errors:
            return _graded(path, parsed.document, parsed.sha256, minimum)
    except ProfileError as error:
        errors = [error]
    findings = tuple(
        Finding(
            "loads",
            Grade.FAULTY,
            ".".join(filter(None, (e.table, e.key))),
            e.line,
            Words(f"{e.text_key}.seen", e.text_values),
        )
        for e in errors
    )
    return Report(path, Grade.FAULTY, findings, ok=False)


def _graded(path: Path, document: _Document, sha256: str, minimum: Grade) -> Report:
    profile = build_profile(document, sha256)
    lines = LineIndex(read_text(path))
    findings: list[Finding] = []
    for rule in RULES:
        for place, seen in rule.misses(document, profile):
            where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in place)
            findings.append(Finding(rule.name, rule.grade, where, lines.line(place), seen))
    worst = min((finding.grade for finding in findings), default=None)
    grade = Grade.GOLD if worst is None else Grade(worst - 1)
    return Report(path, grade, tuple(findings), ok=grade >= minimum)


def _words(key: str, **values: object) -> Words:
    return Words(f"files.grade.{key}", values)


def _source(document: _Document, _: DeviceProfile) -> Iterator[_Miss]:
    if len(document["profile"]["source"]) < 20:
        yield ("profile", "source"), _words("source")


def _readable(_: _Document, profile: DeviceProfile) -> Iterator[_Miss]:
    if not any("r" in point.access for point in profile.points):
        yield ("point",), _words("unreadable")


def _limits(_: _Document, profile: DeviceProfile) -> Iterator[_Miss]:
    for at, point in enumerate(profile.points):
        numeric = point.kind in (ValueKind.FLOAT, ValueKind.INT)
        if numeric and point.range is None and not point.labels:
            yield ("point", at), _words("limits", name=point.id)


def _unit(_: _Document, profile: DeviceProfile) -> Iterator[_Miss]:
    for at, point in enumerate(profile.points):
        if point.kind is ValueKind.FLOAT and not point.unit:
            yield ("point", at), _words("unit", name=point.id)


def _bilingual(_: _Document, profile: DeviceProfile) -> Iterator[_Miss]:
    if not profile.title_zh:
        yield ("profile",), _words("missing", name="title_zh", of=profile.id)
    for at, point in enumerate(profile.points):
        if not point.title_zh:
            yield ("point", at), _words("missing", name="title_zh", of=point.id)
        if point.labels and not point.labels_zh:
            yield ("point", at), _words("missing", name="labels_zh", of=point.id)


def _alarm_texts(_: _Document, profile: DeviceProfile) -> Iterator[_Miss]:
    for at, alarm in enumerate(profile.alarms):
        for name in ("title", "cause", "consequence", "action"):
            if not getattr(alarm, name):
                yield ("alarm", at), _words("missing", name=name, of=alarm.id)


def _alarm_delay(document: _Document, _: DeviceProfile) -> Iterator[_Miss]:
    for at, alarm in enumerate(document.get("alarm", [])):
        for name in ("for_s", "priority"):
            if name not in alarm:
                yield ("alarm", at), _words("chance", name=name, of=alarm["id"])


def _command_proof(document: _Document, _: DeviceProfile) -> Iterator[_Miss]:
    for at, command in enumerate(document.get("command", [])):
        if "feedback" not in command and "effect" not in command:
            yield ("command", at), _words("proof", name=command["id"])
        for name in ("deadline_s", "risk"):
            if name not in command:
                yield ("command", at), _words("chance", name=name, of=command["id"])
        if "feedback" in command and "tolerance" not in command:
            yield ("command", at), _words("chance", name="tolerance", of=command["id"])


def _pairs(_: _Document, profile: DeviceProfile) -> Iterator[_Miss]:
    commands = {command.point: command for command in profile.commands}
    for at, point in enumerate(profile.points):
        if "w" in point.access and point.id not in commands:
            yield ("point", at), _words("no_command", name=point.id)
        if point.role == "setpoint" and point.id in commands:
            feedback = commands[point.id].feedback
            same = feedback == point.id and "r" in point.access
            if not feedback or not (same or profile.point(feedback).role in ("", "feedback")):
                yield ("point", at), _words("no_feedback", name=point.id)


def _command_texts(_: _Document, profile: DeviceProfile) -> Iterator[_Miss]:
    for at, command in enumerate(profile.commands):
        for name in ("title", "title_zh"):
            if not getattr(command, name):
                yield ("command", at), _words("missing", name=name, of=command.id)


def _alarm_texts_zh(_: _Document, profile: DeviceProfile) -> Iterator[_Miss]:
    for at, alarm in enumerate(profile.alarms):
        for name in ("title_zh", "cause_zh", "consequence_zh", "action_zh"):
            if not getattr(alarm, name):
                yield ("alarm", at), _words("missing", name=name, of=alarm.id)


def _covered(_: _Document, profile: DeviceProfile) -> Iterator[_Miss]:
    if not profile.alarms:
        yield ("alarm",), _words("no_alarm")
    if not profile.checks:
        yield ("check",), _words("no_check")
    if not any(point.plot for point in profile.points):
        yield ("point",), _words("no_plot")


STANDARD = (
    "dim_level",
    "dim_command",
    "lamp_power",
    "driver_temperature",
    "operating_hours",
    "power_factor",
    "total_power",
    "energy_import",
    "temperature",
    "humidity",
    "pressure",
    "wind_speed",
    "illuminance",
    "pm2_5",
    "pm10",
    "noise",
    "tilt",
    "rsrp",
    "firmware",
)
"""Quantities for which OMA LwM2M or TALQ 2.7 has a resource or an attribute."""


def _standard(_: _Document, profile: DeviceProfile) -> Iterator[_Miss]:
    for at, point in enumerate(profile.points):
        if point.id in STANDARD and not (point.lwm2m or point.talq):
            yield ("point", at), _words("standard", name=point.id)


RULES = (
    Rule("source", Grade.BRONZE, "where the facts come from is stated", _source),
    Rule("readable", Grade.BRONZE, "something can be read", _readable),
    Rule("limits", Grade.BRONZE, "every number has a range or labels", _limits),
    Rule("unit", Grade.BRONZE, "every measured number has a unit", _unit),
    Rule("bilingual", Grade.SILVER, "titles and labels in English and Chinese", _bilingual),
    Rule("alarm-texts", Grade.SILVER, "alarms say cause, consequence and action", _alarm_texts),
    Rule("alarm-delay", Grade.SILVER, "delay and priority of alarms are chosen", _alarm_delay),
    Rule("command-proof", Grade.SILVER, "commands say how they are proved", _command_proof),
    Rule("pairs", Grade.SILVER, "set-points have feedback, written points commands", _pairs),
    Rule("command-texts", Grade.GOLD, "commands are titled in both languages", _command_texts),
    Rule("alarm-texts-zh", Grade.GOLD, "alarm texts are there in Chinese", _alarm_texts_zh),
    Rule("covered", Grade.GOLD, "there are alarms, checks and a first plot", _covered),
    Rule("standard", Grade.GOLD, "quantities map to LwM2M or TALQ where they can", _standard),
)
"""Every rule, the lowest grade first."""
