"""What is told of a point that was switched for a while and is not back."""

from __future__ import annotations

from app.core.commands import Command, Trial, Value
from app.core.profiles import Point
from app.core.rows import PointKey, utc
from app.services.commands_plan import Plan, Reach, name, shown
from app.services.problems import Problem, Severity
from app.services.trials_book import key_of
from app.settings import Texts, Words


def problem_id(key: PointKey) -> str:
    """The id of the standing problem of a point that is still to be put back."""
    return f"trial:{key}"


def waiting_problem(
    trial: Trial, why: Words | str, reach: Reach, texts: Texts, *, gone: bool
) -> Problem:
    """It should be back and is not; ``gone``: it cannot be, as things are, and may be let go."""
    point = next(
        (
            point
            for item in reach.attached()
            if item.device.key == trial.device
            for point in item.profile.points
            if point.id == trial.point
        ),
        None,
    )
    facts = _facts(trial, point, texts)
    return Problem(
        id=problem_id(key_of(trial)),
        severity=Severity.WARNING,
        title=Words("commands.trial.waiting.title", facts),
        source=trial.device,
        detail=Words("commands.trial.waiting.detail", {**facts, "reason": why}),
        action=Words(f"commands.trial.waiting.{'action_gone' if gone else 'action'}"),
        dismissable=gone,
    )


def changed_problem(trial: Trial, found: Plan, sent: Command, texts: Texts) -> Problem:
    """It was left alone, because it was no longer as the trial had left it."""
    facts = _facts(trial, found.point, texts)
    now = shown(found.point, sent.previous, texts.language)
    return Problem(
        id=f"trial-left:{key_of(trial)}",
        severity=Severity.WARNING,
        title=Words("commands.trial.changed.title", facts),
        source=trial.device,
        detail=Words("commands.trial.changed.detail", {**facts, "now": now}),
        action=Words("commands.trial.changed.action"),
        dismissable=True,
    )


def _facts(trial: Trial, point: Point | None, texts: Texts) -> dict[str, str]:
    def said(value: Value) -> str:
        return shown(point, value, texts.language) if point is not None else str(value)

    return {
        "point": name(point, texts.language) if point is not None else trial.point,
        "device": trial.device,
        "who": trial.who,
        "time": f"{utc(trial.sent_ns).astimezone():%Y-%m-%d %H:%M:%S}",
        "switched": said(trial.switched[-1]),
        "value": said(trial.value),
    }
