"""The last pages: settings before and after, and the chain of all attempts."""

from __future__ import annotations

from dataclasses import replace

from app.bridge.report_pdf_sheet import ACROSS, LEFT, Sheet
from app.bridge.report_pdf_tables import Column, Row, Table, row
from app.bridge.report_pdf_type import BODY, CODE, HEADING, SMALL, Style, breakable, joined
from app.bridge.report_pdf_words import Words, day_and_time, spaced
from app.commissioning.planning import PlannedCheck
from app.commissioning.report_document import ReportDocument
from app.commissioning.report_facts import Setting, as_built_of, settings_of
from app.store.records_reading import KeptAttempt

_TIGHT = Style(size=7.5)


def paint_evidence(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    """Settings, hashes, attempts."""
    _as_built(sheet, document, words)
    _settings(sheet, document, words)
    _hashes(sheet, document, words)
    _attempts(sheet, document, words)


def _as_built(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    """What the asset measured when it was new: what later readings are compared with."""
    found = as_built_of(document)
    if not found:
        return
    columns = (
        Column(title=words.get("built.value"), width=150.0),
        Column(title=words.get("built.measured"), width=ACROSS - 150.0, gap=0.0),
    )
    job = document.job
    rows: list[Row] = []
    for _, checks in found:
        values = [
            joined([_device(words, check), words.value(state.measured, state.unit)], " ")
            for check in checks
            if (state := job.states[check.id])
        ]
        rows.append(
            row(words.check(replace(checks[0], device="", device_zh="")), "; ".join(values))
        )
    Table(sheet, columns).paint(rows, words.get("built.title"))


def _device(words: Words, check: PlannedCheck) -> str:
    """The device of a check, empty for the asset as a whole."""
    return words.device(check.slot) if check.slot and not words.alone else ""


def _settings(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    found = settings_of(document)
    if not found:
        return
    columns = (
        Column(title=words.get("config.device"), width=110.0),
        Column(title=words.get("config.setting"), width=150.0),
        Column(title=words.get("config.before"), width=60.0, style=BODY.right()),
        Column(title=words.get("config.after"), width=60.0, style=BODY.right()),
        Column(title=words.get("config.wanted"), width=60.0, style=BODY.right(), gap=14.0),
        Column(title=words.get("config.change"), width=ACROSS - 440.0, gap=0.0),
    )
    rows = [_setting(words, one) for one in found]
    Table(sheet, columns).paint(rows, words.get("config.title"))


def _setting(words: Words, one: Setting) -> Row:
    key = "changed" if one.changed else "kept"
    if one.after != one.wanted:
        key = "missed"
    name = words.point(one.slot, one.point)
    return row(
        words.device(one.slot), name, one.before, one.after, one.wanted, words.get(f"config.{key}")
    )


def _hashes(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    sheet.heading(words.get("evidence.title"), HEADING, with_next=120.0)
    sheet.y += 4.0
    sheet.flow(words.get("evidence.verify"), SMALL, after=4.0)
    job, signature = document.job, document.signature
    facts = [
        (words.get("evidence.head"), spaced(document.head)),
        (words.get("evidence.count"), str(len(document.attempts))),
        (words.get("evidence.body"), spaced(document.sha256)),
        (words.get("evidence.key"), spaced(signature.public_key)),
        (words.get("evidence.signature"), spaced(signature.signature)),
        (words.get("evidence.procedure"), spaced(job.procedure_sha256)),
    ]
    told: dict[str, list[str]] = {}
    for slot, profile in document.profiles.items():
        told.setdefault(profile.sha256, []).append(words.device(slot))
    facts += [
        (words.get("evidence.profile", device=", ".join(devices)), spaced(digest))
        for digest, devices in told.items()
    ]
    facts += [(words.get("evidence.links"), link) for link in job.links]
    for name, value in facts:
        label = sheet.type.set(name, SMALL, 138.0)
        text = sheet.type.set(value, CODE, ACROSS - 142.0)
        sheet.need(max(label.height, text.height))
        label.paint(sheet.painter, LEFT, sheet.y)
        text.paint(sheet.painter, LEFT + 142.0, sheet.y + 0.4)
        sheet.y += max(label.height, text.height) + 1.0


def _attempts(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    if not document.attempts:
        return
    columns = (
        Column(title=words.get("evidence.number"), width=26.0, style=_TIGHT.right()),
        Column(title=words.get("evidence.check"), width=122.0, style=_TIGHT),
        Column(title=words.get("evidence.attempt"), width=50.0, style=_TIGHT.right(), gap=10.0),
        Column(title=words.get("evidence.time"), width=84.0, style=_TIGHT),
        Column(title=words.get("evidence.took"), width=38.0, style=_TIGHT.right(), gap=10.0),
        Column(title=words.get("evidence.verdict"), width=66.0, style=_TIGHT),
        Column(title=words.get("evidence.who"), width=58.0, style=_TIGHT),
        Column(title=words.get("evidence.hash"), width=ACROSS - 444.0, style=CODE, gap=0.0),
    )
    rows = [_attempt(words, kept) for kept in document.attempts]
    # Chinese lines are taller: their rows have room of their own.
    Table(sheet, columns, pad=0.3 if words.chinese else 0.9).paint(
        rows, words.get("evidence.attempts")
    )


def _attempt(words: Words, kept: KeptAttempt) -> Row:
    attempt = kept.attempt
    verdict = attempt.outcome.verdict
    return row(
        str(kept.number),
        breakable(attempt.check),
        str(attempt.number),
        day_and_time(attempt.started_ns),
        f"{(attempt.ended_ns - attempt.started_ns) / 1e9:.1f} s",
        words.verdict(verdict),
        attempt.who,
        f"{kept.hash[:8]}…{kept.hash[-4:]}",
        c5=verdict,
    )
