"""A sealed report read again: what the printed report is drawn from, in whatever language."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from app.commissioning.evidence import split
from app.commissioning.frames import Trace
from app.commissioning.job import Job
from app.commissioning.planning import PlannedCheck
from app.commissioning.signing import fingerprint, is_signed
from app.core.assets import AssetType
from app.core.commissioning import Frame, Verdict
from app.core.errors import ProfileError, UserFacing
from app.core.profiles import DeviceProfile
from app.profiles.library import Library
from app.profiles.loader import load_profile
from app.settings import RESOURCES
from app.store.records_reading import KeptAttempt
from app.store.records_rows import canonical
from app.wording import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed, with which key; ``good`` says that it is of this file as it is now."""

    signer: str
    role: str
    signed_ns: int
    public_key: str
    signature: str
    key_kept: bool
    good: bool

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the public key in groups of four, as people compare them."""
        return fingerprint(self.public_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDocument:
    """A whole report. ``head`` is the hash of the last attempt, ``sha256`` that of the body.

    ``steps`` are those with checks, in the order of the procedure.

    ``asset_type`` is None where no folder has its file any more.
    """

    job: Job
    steps: tuple[str, ...]
    attempts: tuple[KeptAttempt, ...]
    profiles: Mapping[str, DeviceProfile]
    asset_type: AssetType | None
    head: str
    sha256: str
    signature: Signature

    def of_check(self, check: str) -> tuple[KeptAttempt, ...]:
        """The attempts of a check in order."""
        return tuple(kept for kept in self.attempts if kept.attempt.check == check)

    def failed(self, check: str) -> tuple[KeptAttempt, ...]:
        """Those attempts of a check that failed."""
        return tuple(
            kept for kept in self.of_check(check) if kept.attempt.outcome.verdict is Verdict.FAIL
        )

    def frames(self, kept: KeptAttempt) -> tuple[Frame, ...]:
        """What an attempt was judged by: its own frames, or those of the check it uses."""
        source = kept.attempt.spec.get("frames_of")
        if not source:
            return kept.attempt.outcome.frames
        for other in self.of_check(source["check"]):
            if other.attempt.number == source["number"]:
                return other.attempt.outcome.frames
        return ()

    def trace(self, kept: KeptAttempt) -> Trace:
        """The frames of an attempt, ready to be read through the recorded profiles."""
        attempt = kept.attempt
        return Trace(self.frames(kept), self.profiles, answer=attempt.answer, asset=self.job.asset)

    def first_of(self, kind: str) -> tuple[PlannedCheck, ...]:
        """The fitted checks of a kind."""
        return tuple(check for check in self.job.plan if check.kind == kind and check.fitted)


def document_of(data: bytes, folders: tuple[Path, ...] = (RESOURCES,)) -> ReportDocument:
    """The report in the bytes of a sealed file; its proofs are those of ``verify``.

    Raises:
        UserFacing: it is no report, or it cannot be read as one.
    """
    body, sealed = split(data)
    try:
        plain = json.loads(body)
        job = Job.of(plain["job"])
        attempts = tuple(msgspec.convert(row, KeptAttempt) for row in plain["attempts"])
        profiles = _profiles(plain["profiles"])
        signature = _signature(body, sealed)
    except (ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
        raise told(UserFacing, "jobs.unreadable_report", error=error) from error
    return ReportDocument(
        job=job,
        steps=_steps(job),
        attempts=attempts,
        profiles=profiles,
        asset_type=_asset_type(job.asset_type, folders),
        head=attempts[-1].hash if attempts else "",
        sha256=hashlib.sha256(body).hexdigest(),
        signature=signature,
    )


def _signature(body: bytes, sealed: dict[str, Any]) -> Signature:
    facts = {name: value for name, value in sealed.items() if name != "signature"}
    public, signature = str(sealed["public_key"]), str(sealed["signature"])
    whole = hashlib.sha256(body).hexdigest() == sealed["sha256"]
    return Signature(
        signer=str(sealed["signer"]),
        role=str(sealed["role"]),
        signed_ns=int(sealed["signed_ns"]),
        public_key=public,
        signature=signature,
        key_kept=bool(sealed["key_kept"]),
        good=whole and is_signed(public, canonical(facts), signature),
    )


def _profiles(recorded: Mapping[str, Any]) -> dict[str, DeviceProfile]:
    """The profiles as they were recorded; one that cannot be read is left out."""
    found: dict[str, DeviceProfile] = {}
    with tempfile.TemporaryDirectory() as folder:
        for slot, entry in recorded.items():
            path = Path(folder) / f"{Path(str(entry['id'])).name}.toml"
            path.write_bytes(str(entry["text"]).encode("utf-8"))
            try:
                found[slot] = load_profile(path)
            except ProfileError:
                continue
    return found


def _asset_type(name: str, folders: tuple[Path, ...]) -> AssetType | None:
    return next((one for one in Library(folders).asset_types() if one.id == name), None)


def _steps(job: Job) -> tuple[str, ...]:
    """In the order of the procedure, or of the plan in a job that does not tell it."""
    planned = dict.fromkeys(check.step for check in job.plan)
    if job.steps:
        kept = [step.id for step in job.steps if step.id in planned]
        return tuple(dict.fromkeys([*kept, *planned]))
    return tuple(planned)
