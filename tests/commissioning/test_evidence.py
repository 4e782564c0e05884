"""A report proves itself, and names what was changed in it."""

from __future__ import annotations

import asyncio
import json
import re

import pytest

from app.commissioning.evidence import HEAD, MIDDLE, TAIL, body_of, file_of, seal, split
from app.commissioning.judging import RULES
from app.commissioning.replaying import ChainLink, judgeable
from app.commissioning.report import csv_of
from app.commissioning.report_document import document_of
from app.commissioning.signing import operator_key
from app.commissioning.verifying import verify
from app.core.commissioning import Attempt, Outcome, Verdict
from app.core.errors import UserFacing
from app.links.secrets import MemorySecrets
from app.settings import RESOURCES, Texts
from app.store.records_rows import NO_HASH, canonical, digest
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


def altered(data, language="en"):
    """What is told of a report with altered bytes."""
    proofs = verify(bytes(data), Texts(language))
    follows = [proof for proof in proofs if proof.said_only]
    return [proof for proof in proofs if not proof.good], follows


PLACES = {
    b'"response":"': ("the report, attempt ", ".response, byte "),
    b'"hash":"': ("the report, attempt ", "field hash, byte "),
    b'"started_ns":': ("the report, attempt ", "field attempt.started_ns, byte "),
    b'"operator":"': ("the report; ", "field job.operator, byte "),
    b'"verdict":"rejec': ("the report; ", "field verdict, byte "),
    b"scale = 0.": ("the report, the recorded profile of ", "field text, byte "),
}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_one_altered_byte_is_told_once_and_the_rest_is_proved(sealed, where, language):
    place, at = PLACES[where], sealed.index(where) + len(where)
    changed = bytearray(sealed)
    changed[at] ^= 0x01
    (found,), (follows,) = altered(changed, language)
    assert found.at == f"byte {at} (0x{changed[at]:02x}, was 0x{sealed[at]:02x})"
    if language == "en":
        assert found.at in found.text
        assert found.text.startswith(f"Altered: {place[0]}")
        assert place[1] in found.text
        assert follows.text.endswith("The rest was proved with that byte put back.")
    if b"response" in where:
        assert "SP-0001" in found.text
        assert re.search(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.text)


@pytest.mark.parametrize("fact", ["sha256", "size", "blocks", "head", "signer"])
def test_an_altered_fact_of_the_seal_is_told_once(sealed, fact):
    body, facts = split(sealed)
    if isinstance(facts[fact], int):
        facts[fact] += 1
    elif isinstance(facts[fact], str):
        facts[fact] = facts[fact][::-1]
    else:
        facts[fact] = facts[fact][:-1] if fact == "blocks" else {**facts[fact], "number": 1}
    (found,), _ = altered(file_of(json.loads(body), facts))
    assert found.text == f"Altered: the seal of the report; field {fact}."


def test_bytes_that_were_taken_out_are_counted_in_words(sealed):
    at = sealed.index(b'"reason":"') + 1
    wrong, _ = altered(sealed[:at] + sealed[at + 1 :])
    assert "bytes were taken out, 1 in all" in wrong[0].text
    assert not any("(" in proof.text and "'" in proof.text for proof in wrong[:1])


def test_what_many_altered_bytes_leave_is_proved_and_said(sealed):
    changed = bytearray(sealed)
    at = sealed.index(b'"response":"') + 12
    for place in range(at, at + 8):
        changed[place] ^= 0x01
    wrong, _ = altered(changed)
    assert [proof.id for proof in wrong] == ["bytes", "row"]
    assert " it is not the one that was chained." in wrong[1].text


def chain_again(document):
    """Hashes that fit, as whoever can write the whole file can make them."""
    previous = NO_HASH
    for row in document["attempts"]:
        row["previous_hash"] = previous
        plain = {name: value for name, value in row.items() if name != "hash"}
        row["hash"] = previous = digest(canonical(plain))


@pytest.mark.parametrize(
    ("check", "recorded", "wrong"),
    [
        ("tilt/door", {"measured": "9.99"}, False),
        ("config/lamp1", {"verdict": "fail"}, False),
        ("tilt/door", {"verdict": "pass"}, True),
        ("tilt/door", {"verdict": "waived"}, True),
    ],
)
async def test_what_other_rules_gave_is_wrong_only_where_it_is_better(
    sealed, check, recorded, wrong
):
    key = await operator_key("Li Wei", MemorySecrets())
    for rules in (1, RULES):
        document = json.loads(split(sealed)[0])
        row = next(r for r in document["attempts"] if r["attempt"]["check"] == check)
        assert row["attempt"].pop("rules") == RULES
        row["attempt"]["outcome"].update(recorded)
        # Before it was kept, it was 1.
        row["attempt"] |= {"rules": RULES} if rules == RULES else {}
        chain_again(document)
        again = seal(document, key=key, signer="Li Wei", role="installer", signed_ns=1)
        proofs = [proof for proof in verify(again, TEXTS) if f"{check} #1" in proof.text]
        assert [proof.id for proof in proofs] == ["replay" if wrong or rules == RULES else "rules"]


async def test_a_verdict_that_its_bytes_do_not_support_is_found_even_when_sealed_anew(sealed):
    data = sealed
    body, _ = split(data)
    document = json.loads(body)
    row = next(r for r in document["attempts"] if r["attempt"]["check"] == "tilt/door")
    row["attempt"]["outcome"]["verdict"] = "pass"
    key = await operator_key("Mallory", MemorySecrets())
    forged = seal(document, key=key, signer="Li Wei", role="installer", signed_ns=1)
    (found,) = [proof for proof in verify(forged, TEXTS) if not proof.good]
    assert (found.id, "tilt/door" in found.text) == ("row", True)
    chain_again(document)
    document["job"]["states"]["tilt/door"]["verdict"] = "pass"
    document["verdict"] = "commissioned"
    forged = seal(document, key=key, signer="Li Wei", role="installer", signed_ns=1)
    (found,) = [proof for proof in verify(forged, TEXTS) if not proof.good]
    assert found.id == "replay"
    assert re.fullmatch(r"tilt/door #1: recorded is Pass .*, its bytes give Fail .*\.", found.text)


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
    facts["public_key"] = key.public
    swapped = HEAD + body + b',\n"seal":' + json.dumps(facts).encode() + b"}\n"
    assert [proof.id for proof in verify(swapped, TEXTS) if not proof.good] == ["signature"]


def test_what_rests_on_bytes_of_an_unknown_device_is_not_judged_again():
    def link(check, **spec):
        outcome = Outcome(verdict=Verdict.PASS, measured="", unit="", expected="")
        attempt = Attempt(
            job="j", check=check, number=1, started_ns=0, ended_ns=0, outcome=outcome,
            who="Li Wei", spec=spec,
        )  # fmt: skip
        return ChainLink(attempt=attempt, plain={}, number=1, previous_hash="", hash="")

    source = {"check": "restart/gateway", "number": 1}
    links = [
        link("restart/gateway", slot="gateway"),
        link("settings_kept/lamp1", slot="lamp1", frames_of=source),
        link("config/lamp1", slot="lamp1"),
    ]
    assert [one.attempt.check for one in judgeable(links, {"gateway"})] == ["config/lamp1"]
    assert judgeable(links, set()) == links


def test_what_is_no_report_is_told():
    with pytest.raises(UserFacing):
        verify(b"{}", TEXTS)


def test_brackets_without_end_are_told_and_do_not_end_the_program():
    deep = b"[" * 100_000
    proofs = verify(HEAD + deep + MIDDLE + b"{}" + TAIL, TEXTS)
    assert "readable" in {proof.id for proof in proofs if not proof.good}
    with pytest.raises(UserFacing, match="seal"):
        verify(HEAD + b"{}" + MIDDLE + deep + TAIL, TEXTS)
