"""Every kind of check, as one table."""

from __future__ import annotations

from app.commissioning.checks import agreement, config, discover, line, people, ramp, sign, values
from app.commissioning.checks.base import CheckKind

KINDS: tuple[CheckKind, ...] = (
    line.Reads(),
    line.ReplyTime(),
    line.Stable(),
    line.Messages(),
    discover.Answers(),
    discover.Identity(),
    discover.Plausible(),
    discover.Complete(),
    discover.ClockCheck(),
    values.Limit(),
    values.WhenLight(),
    values.Equals(),
    values.Window(),
    values.Frozen(),
    values.Slew(),
    values.Share(),
    values.Reference(),
    agreement.Agreement(),
    agreement.Nameplate(),
    config.Config(),
    config.Restart(),
    config.Kept(),
    ramp.Ramp(),
    ramp.ReadBack(),
    ramp.Settles(),
    ramp.Follows(),
    ramp.AtLevel(),
    agreement.InMeter(),
    ramp.Steady(),
    ramp.Drop(),
    people.YesNo(),
    people.WhichHead(),
    people.Challenge(),
    sign.FailSafe(),
)
NAMES = tuple(kind.name for kind in KINDS)
STREAMED = frozenset({"messages"})
"""Kinds that judge messages, and need a link that tells."""
_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(name: str) -> CheckKind:
    """The kind of that name; KeyError where there is none."""
    return _BY_NAME[name]
