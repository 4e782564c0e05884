"""A report proves itself, and names what was changed in it."""

from __future__ import annotations

import asyncio
import json

import pytest

from app.commissioning.evidence import HEAD, MIDDLE, TAIL, body_of, seal, split
from app.commissioning.report import csv_of
from app.commissioning.report_document import document_of
from app.commissioning.signing import operator_key
from app.commissioning.verifying import verify
from app.core.errors import UserFacing
from app.links.secrets import MemorySecrets
from app.settings import RESOURCES, Texts
from tests.fakes.jobs import no_fade, open_site, run

TEXTS = Texts("en")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    return asyncio.run(report(tmp_path_factory.mktemp("report")))


async def report(folder):
    """A sealed report of a pole that leans."""
    site = await open_site(folder, poles=1, signs=0, seed=7, faults=("tilted@SP-0001/door",))
    no_fade(site)
    wanted = ("tilt/door", "config/lamp1", "reply_time/gateway")
    job = await site.job("SP-0001", lambda check: check.id in wanted)
    kept = await run(job)
    attempts = await site.engine.audit.records.attempts(kept.id)
    key = await operator_key("Li Wei", MemorySecrets())
    body = body_of(kept, attempts, job.field.profiles, [RESOURCES])
    data = seal(body, key=key, signer="Li Wei", role="installer", signed_ns=1)
    await site.close()
    return data


async def test_a_good_report_is_proved_and_a_changed_byte_is_named(sealed):
    data = sealed
    assert json.loads(data)["body"]["verdict"] == "rejected"
    assert [proof.text for proof in verify(data, TEXTS) if not proof.good] == []
    document = document_of(data)
    table = csv_of(document, Texts("zh_CN"))
    assert len(table.splitlines()) == 1 + len(document.job.plan)
    assert "倾角" in table

    at = data.index(b'"response":"', len(HEAD) + 4000) + 20
    changed = bytearray(data)
    changed[at] = ord("0") if changed[at] != ord("0") else ord("1")
    proofs = {proof.id: proof for proof in verify(bytes(changed), TEXTS) if not proof.good}
    assert f"byte {at} " in proofs["bytes"].at
    assert "row " in proofs["row"].at


async def test_a_verdict_that_its_bytes_do_not_support_is_found_even_when_sealed_anew(sealed):
    data = sealed
    body, _ = split(data)
    document = json.loads(body)
    row = next(r for r in document["attempts"] if r["attempt"]["check"] == "tilt/door")
    row["attempt"]["outcome"]["verdict"] = "pass"
    key = await operator_key("Mallory", MemorySecrets())
    forged = seal(document, key=key, signer="Li Wei", role="installer", signed_ns=1)
    bad = {proof.id for proof in verify(forged, TEXTS) if not proof.good}
    assert {"row", "replay"} <= bad


async def test_a_check_that_is_stated_better_than_its_attempts_is_found(sealed):
    body, _ = split(sealed)
    document = json.loads(body)
    document["job"]["states"]["tilt/door"]["verdict"] = "pass"
    document["verdict"] = "commissioned"
    key = await operator_key("Mallory", MemorySecrets())
    forged = seal(document, key=key, signer="Li Wei", role="installer", signed_ns=1)
    (found,) = [proof for proof in verify(forged, TEXTS) if not proof.good]
    assert (found.id, found.at) == ("stated", "tilt/door")


async def test_a_changed_profile_and_a_foreign_signature_are_found(sealed):
    data = sealed
    body, facts = split(data)
    document = json.loads(body)
    document["profiles"]["lamp1"]["text"] = document["profiles"]["lamp1"]["text"].replace(
        "scale = 0.1", "scale = 1.0", 1
    )
    key = await operator_key("Mallory", MemorySecrets())
    forged = seal(document, key=key, signer="Li Wei", role="installer", signed_ns=1)
    assert "profile" in {proof.id for proof in verify(forged, TEXTS) if not proof.good}
    facts["signer"] = "Somebody else"
    swapped = HEAD + body + b',\n"seal":' + json.dumps(facts).encode() + b"}\n"
    assert "signature" in {proof.id for proof in verify(swapped, TEXTS) if not proof.good}


def test_what_is_no_report_is_told():
    with pytest.raises(UserFacing):
        verify(b"{}", TEXTS)


def test_brackets_without_end_are_told_and_do_not_end_the_program():
    deep = b"[" * 100_000
    proofs = verify(HEAD + deep + MIDDLE + b"{}" + TAIL, TEXTS)
    assert "readable" in {proof.id for proof in proofs if not proof.good}
    with pytest.raises(UserFacing, match="seal"):
        verify(HEAD + b"{}" + MIDDLE + deep + TAIL, TEXTS)
