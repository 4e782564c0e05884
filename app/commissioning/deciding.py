"""What people decide about a job: leave out, accept, where it stands, what it was measured with.

Each decision is checked against the rules of the procedure and changes the job in memory; the
engine makes it durable.
"""

from __future__ import annotations

from collections.abc import Collection

from app.commissioning.job import Instrument, Job, Position
from app.commissioning.limits import LimitTable
from app.core.commissioning import VERDICT_TRANSITIONS, JobVerdict, Verdict
from app.core.errors import UserFacing
from app.settings import Texts

V = Verdict
PUNCH_CLASSES = ("A", "B", "C")


class Decisions:
    """Decisions about one job; ``texts`` are the language of refusals."""

    def __init__(self, job: Job, texts: Texts) -> None:
        self._job = job
        self._texts = texts
        self._shortest = int(LimitTable(job.changes).get("reason_characters").value)

    def must_be_open(self) -> None:
        """Refuse whatever comes after the signature.

        Raises:
            UserFacing: the job is signed.
        """
        if self._job.signed_ns:
            raise self._refusal("signed", job=self._job.id)

    def may_sign(
        self, running: Collection[str], soak_left_s: float, switched: Collection[str]
    ) -> None:
        """Whether the job may be signed now, whatever its verdict.

        ``switched`` says in words what is not put back.

        Raises:
            UserFacing: it is signed, a check runs, an output is not back yet (a rejected job may
                be signed all the same: the device may never answer again), or the soak goes on
                and nobody waived it.
        """
        self.must_be_open()
        if running:
            raise self._refusal("sign_running", count=len(running))
        if switched and self._job.verdict() is not JobVerdict.REJECTED:
            raise self._refusal("sign_switched", switched=" ".join(switched))
        if soak_left_s > 0 and not self._job.soak_waiver:
            raise self._refusal("sign_soak", seconds=f"{soak_left_s:.0f}")

    def may_skip(self, check: str, reason: str, punch: str) -> None:
        """Whether a check may be left out; asked before it is stopped for that.

        Raises:
            UserFacing: no reason, or no such class.
        """
        self.must_be_open()
        if not reason.strip() or punch not in PUNCH_CLASSES:
            raise self._refusal("skip_reason", check=check)

    def skip(self, check: str, who: str, reason: str, punch: str) -> None:
        """Leave a check out; it stays open in the punch list.

        Raises:
            UserFacing: no reason, no such class, or a check that stands at a verdict.
        """
        self.may_skip(check, reason, punch)
        state = self._job.states[check]
        if V.SKIPPED not in VERDICT_TRANSITIONS[state.verdict]:
            raise self._refusal("no_skip", check=check)
        state.move(V.SKIPPED)
        state.reason, state.who, state.punch = reason.strip(), who, punch

    def waive(self, check: str, who: str, role: str, reason: str) -> None:
        """Accept a failure by whoever may.

        Raises:
            UserFacing: it can never be waived, the role may not, the reason is too short, or the
                check has not failed.
        """
        self.must_be_open()
        planned, state = self._job.check(check), self._job.states[check]
        key = ""
        if not planned.waivable:
            key = "never_waived"
        elif role not in planned.waive_by:
            key = "waive_role"
        elif len(reason.strip()) < self._shortest:
            key = "waive_reason"
        elif V.WAIVED not in VERDICT_TRANSITIONS[state.verdict]:
            key = "no_waive"
        if key:
            roles = ", ".join(planned.waive_by)
            raise self._refusal(key, check=check, role=role, roles=roles, count=self._shortest)
        state.move(V.WAIVED)
        state.reason, state.who, state.role = reason.strip(), who, role

    def waive_soak(self, who: str, role: str, reason: str) -> None:
        """Let the job be signed before its soak is over; the report says by whom and why.

        Raises:
            UserFacing: the role may not, or the reason is too short.
        """
        self.must_be_open()
        if role not in self._job.soak_by:
            raise self._refusal("soak_role", role=role, roles=", ".join(self._job.soak_by))
        if len(reason.strip()) < self._shortest:
            raise self._refusal("waive_reason", count=self._shortest)
        self._job.soak_waiver = reason.strip()
        self._job.soak_waived_by, self._job.soak_waived_as = who, role

    def locate(self, position: Position) -> None:
        """Keep where the asset stands.

        Raises:
            UserFacing: no place on earth has these coordinates.
        """
        self.must_be_open()
        if not (-90.0 <= position.latitude <= 90.0 and -180.0 <= position.longitude <= 180.0):
            raise self._refusal(
                "no_place", latitude=position.latitude, longitude=position.longitude
            )
        self._job.position = position

    def measure_with(self, check: str, instrument: Instrument) -> None:
        """Keep what a person measures a check with, from now on.

        Raises:
            UserFacing: the instrument has neither a name nor a serial number.
        """
        self.must_be_open()
        if not (instrument.name.strip() and instrument.serial.strip()):
            raise self._refusal("no_instrument")
        self._job.instruments[check] = instrument

    def _refusal(self, key: str, **values: object) -> UserFacing:
        return UserFacing(self._texts.get(f"commissioning.engine.{key}", **values))
