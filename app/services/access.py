"""Access: who may do what to which object. One place decides; every command asks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.settings import Texts, limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A confirmation that stands: up to which class of risk, on what, and how it was given.

    ``target`` is a device, or an asset and so all of its devices.
    """

    target: str
    risk: int
    why: str

    def covers(self, target: str, risk: int) -> bool:
        """Whether an action of this class on that object is confirmed."""
        ours = target == self.target or target.startswith(self.target + "/")
        return ours and risk <= self.risk


class Access:
    """Class 0 and 1 need no confirmation; anything above is refused unless a permit stands.

    A permit is given by whoever has shown the consequence and heard yes (a commissioning step with
    its danger text, a confirmation panel), and taken back as soon as it has served.
    """

    def __init__(self, texts: Texts | None = None) -> None:
        self._texts = texts or Texts()
        self._permits: dict[int, Permit] = {}
        self._next = 0

    def permit(self, target: str, risk: int, why: str) -> Callable[[], None]:
        """Let actions of that class on the target pass until the returned function is called."""
        number = self._next
        self._next += 1
        self._permits[number] = Permit(target=target, risk=risk, why=why)

        def revoke() -> None:
            self._permits.pop(number, None)

        return revoke

    def permit_for(self, target: str, risk: int) -> Permit | None:
        """The permit by which an action passes, None where it needs none or has none."""
        return next((p for p in self._permits.values() if p.covers(target, risk)), None)

    def may(self, who: str, action: str, target: str, risk: int) -> str | None:
        """None where it is allowed, else why not, in words for the one who asked."""
        if not who.strip():
            return self._texts.get("commands.refused.nobody")
        if risk <= limit("commands", "risk_free") or self.permit_for(target, risk) is not None:
            return None
        return self._texts.get("commands.refused.risk", action=action, target=target, risk=risk)
