"""The report as a file that proves itself: job, profiles, every attempt, and a seal over it all.

The file is JSON of two parts on two lines, ``body`` and ``seal``; the body is canonical JSON. The
seal holds the body's SHA-256, a SHA-256 of each block of it (so that a changed byte can be named),
the head of the evidence chain, and the operator's signature over the rest of the seal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from app.commissioning.job import Job
from app.commissioning.signing import OperatorKey
from app.core.errors import UserFacing
from app.core.profiles import DeviceProfile
from app.store.records_reading import KeptAttempt
from app.store.records_rows import canonical
from app.wording import told

FORMAT, VERSION = "wayside-commissioning-report", 1
BLOCK = 1024
HEAD, MIDDLE, TAIL = b'{"body":', b',\n"seal":', b"}\n"


def body_of(
    job: Job,
    attempts: Sequence[KeptAttempt],
    profiles: Mapping[str, DeviceProfile],
    folders: Sequence[Path],
) -> dict[str, Any]:
    """Everything a report states of a job as it stands.

    Raises:
        UserFacing: the file of a profile that was used is not there any more.
    """
    used = {
        slot: {"id": profile.id, "sha256": profile.sha256} for slot, profile in profiles.items()
    }
    document = {name: value for name, value in job.document().items() if name != "seal"}
    return {
        **statement(job, profile_texts(used, folders)),
        "job": document,
        "attempts": [msgspec.to_builtins(kept) for kept in attempts],
    }


def statement(job: Job, profiles: Mapping[str, Any]) -> dict[str, Any]:
    """What a report states beside the job and its attempts; ``profiles`` with their texts."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "verdict": job.verdict().value,
        "counts": job.counts(),
        "punch": msgspec.to_builtins(job.punch_list()),
        "profiles": dict(profiles),
    }


def seal(
    body: Mapping[str, Any], *, key: OperatorKey, signer: str, role: str, signed_ns: int
) -> bytes:
    """The whole file, signed now."""
    facts = seal_facts(body, key=key, signer=signer, role=role, signed_ns=signed_ns)
    return file_of(body, facts)


def seal_facts(
    body: Mapping[str, Any], *, key: OperatorKey, signer: str, role: str, signed_ns: int
) -> dict[str, Any]:
    """The seal of a body, with its signature."""
    data = canonical(body)
    attempts = body["attempts"]
    facts = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "block": BLOCK,
        "blocks": [
            hashlib.sha256(data[at : at + BLOCK]).hexdigest() for at in range(0, len(data), BLOCK)
        ],
        "head": {"number": len(attempts), "hash": attempts[-1]["hash"] if attempts else ""},
        "signer": signer,
        "role": role,
        "signed_ns": signed_ns,
        "algorithm": "Ed25519",
        "public_key": key.public,
        "key_kept": key.kept,
    }
    return {**facts, "signature": key.sign(canonical(facts))}


def file_of(body: Mapping[str, Any], facts: Mapping[str, Any]) -> bytes:
    """The file of a body and its seal."""
    return HEAD + canonical(body) + MIDDLE + canonical(facts) + TAIL


def split(data: bytes) -> tuple[bytes, dict[str, Any]]:
    """The body's bytes and the seal.

    Raises:
        UserFacing: it is no report, or its frame is damaged.
    """
    middle = data.rfind(MIDDLE)
    if not data.startswith(HEAD) or middle < 0 or not data.endswith(TAIL):
        raise told(UserFacing, "jobs.no_report")
    try:
        sealed = json.loads(data[middle + len(MIDDLE) : -len(TAIL)])
    except (ValueError, RecursionError) as error:
        place = middle + len(MIDDLE) + getattr(error, "pos", 0)
        raise told(UserFacing, "jobs.seal_damaged", place=place) from error
    if not isinstance(sealed, dict):
        raise told(UserFacing, "jobs.seal_damaged", place=middle + len(MIDDLE))
    return data[len(HEAD) : middle], sealed


def profile_text(profile: str, sha256: str, folders: Sequence[Path]) -> str | None:
    """The text of the profile's file that has this hash; None where it is not there any more."""
    for folder in reversed(folders):
        path = folder / "profiles" / f"{Path(profile).name}.toml"
        if path.is_file():
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() == sha256:
                return data.decode("utf-8")
    return None


def profile_texts(
    used: Mapping[str, Mapping[str, str]], folders: Sequence[Path]
) -> dict[str, dict[str, str]]:
    """Each slot's profile with the text of its file.

    Raises:
        UserFacing: the file of a profile that was used is not there any more.
    """
    found: dict[str, dict[str, str]] = {}
    for slot, entry in used.items():
        text = profile_text(entry["id"], entry["sha256"], folders)
        if text is None:
            raise told(UserFacing, "commissioning.report_file.profile", profile=entry["id"])
        found[slot] = {**entry, "text": text}
    return found
