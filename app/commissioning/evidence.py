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

FORMAT, VERSION = "wayside-commissioning-report", 1
BLOCK = 1024
HEAD, MIDDLE, TAIL = b'{"body":', b',\n"seal":', b"}\n"


def body_of(
    job: Job,
    attempts: Sequence[KeptAttempt],
    profiles: Mapping[str, DeviceProfile],
    folders: Sequence[Path],
) -> dict[str, Any]:
    """Everything a report states.

    Raises:
        UserFacing: the file of a profile that was used is not there any more.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "verdict": job.verdict().value,
        "counts": job.counts(),
        "job": job.document(),
        "punch": msgspec.to_builtins(job.punch_list()),
        "profiles": {
            slot: {"id": profile.id, "sha256": profile.sha256, "text": _text(profile, folders)}
            for slot, profile in profiles.items()
        },
        "attempts": [msgspec.to_builtins(kept) for kept in attempts],
    }


def seal(
    body: Mapping[str, Any], *, key: OperatorKey, signer: str, role: str, signed_ns: int
) -> bytes:
    """The whole file."""
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
    signed = {**facts, "signature": key.sign(canonical(facts))}
    return HEAD + data + MIDDLE + canonical(signed) + TAIL


def split(data: bytes) -> tuple[bytes, dict[str, Any]]:
    """The body's bytes and the seal.

    Raises:
        UserFacing: it is no report, or its frame is damaged.
    """
    middle = data.rfind(MIDDLE)
    if not data.startswith(HEAD) or middle < 0 or not data.endswith(TAIL):
        raise UserFacing(
            "This is not a commissioning report, or its frame is damaged.",
            action="Give the .json file of a report.",
        )
    try:
        sealed = json.loads(data[middle + len(MIDDLE) : -len(TAIL)])
    except (ValueError, RecursionError) as error:
        place = middle + len(MIDDLE) + getattr(error, "pos", 0)
        raise UserFacing(f"The seal of the report is damaged near byte {place}.") from error
    if not isinstance(sealed, dict):
        raise UserFacing("The seal of the report is damaged.")
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


def _text(profile: DeviceProfile, folders: Sequence[Path]) -> str:
    text = profile_text(profile.id, profile.sha256, folders)
    if text is None:
        raise UserFacing(
            f"The file of the profile {profile.id} is not the one that was used.",
            cause="It was changed while the job ran.",
            action="Start the job again with the profile as it is now.",
        )
    return text
