"""The checks of a step as a table, what its failed attempts saw, and its plots."""

from __future__ import annotations

from itertools import pairwise

from app.bridge.report_pdf_plot import paint_ramp, paint_readings
from app.bridge.report_pdf_sheet import ACROSS, LEFT, Sheet, pen
from app.bridge.report_pdf_tables import Column, Row, Table, row
from app.bridge.report_pdf_type import BODY, DIVIDER, FINE, SMALL, breakable, in_lines, joined
from app.bridge.report_pdf_words import Words, time_of_day
from app.commissioning.job import CheckState
from app.commissioning.planning import PlannedCheck
from app.commissioning.report_document import ReportDocument
from app.commissioning.report_plots import ramps_of, series_of
from app.core.commissioning import Verdict
from app.store.records_reading import KeptAttempt

_NOTED = frozenset({Verdict.FAIL, Verdict.MARGINAL, Verdict.DEFERRED})


def paint_checks(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    """Every step that has checks, in the order of the procedure."""
    if sheet.page == 1:
        # The cover stays a page of its own; what went on below it leaves room for the checks.
        sheet.new_page()
    plan = document.job.plan
    for step in document.steps:
        checks = [check for check in plan if check.step == step and check.fitted]
        if checks:
            _table(sheet, document, words, checks)
            for plot in ramps_of(document, step):
                paint_ramp(sheet, words, plot)
            _notes(sheet, document, words, checks)
            paint_readings(sheet, words, words.step(step), series_of(document, step))
    sheet.y += 8.0
    absent = [words.check(check) for check in plan if not check.fitted]
    if absent:
        told = words.get("checks.not_fitted", checks=joined(absent, ", "))
        sheet.flow(told, SMALL, after=4.0)
    sheet.flow(words.get("checks.legend"), SMALL)


def _table(
    sheet: Sheet, document: ReportDocument, words: Words, checks: list[PlannedCheck]
) -> None:
    number, tight = BODY.right(), FINE.right()
    columns = (
        Column(title=words.get("checks.id"), width=98.0, style=SMALL, gap=5.0, tight=FINE),
        Column(title=words.get("checks.check"), width=150.0),
        Column(title=words.get("checks.method"), width=36.0, gap=2.0),
        Column(title=words.get("checks.measured"), width=86.0, style=number, gap=4.0, tight=tight),
        Column(title=words.get("checks.limit"), width=66.0, style=number, gap=6.0, tight=tight),
        Column(title=words.get("checks.verdict"), width=54.0, gap=0.0),
        Column(title=words.get("checks.attempts"), width=ACROSS - 490.0, style=number, gap=0.0),
    )
    rows = [_row(document, words, check) for check in checks]
    Table(sheet, columns).paint(rows, words.step(checks[0].step))


def _row(document: ReportDocument, words: Words, check: PlannedCheck) -> Row:
    state = document.job.states[check.id]
    return row(
        breakable(joined([check.id, check.requirement], " · ")),
        words.check(check),
        f"{check.method.value} {check.level}",
        _measured(words, check, state),
        breakable(words.value(state.expected, state.unit)),
        words.verdict(state.verdict),
        str(state.attempts),
        note=_note(document, words, check),
        c5=state.verdict,
    )


def _measured(words: Words, check: PlannedCheck, state: CheckState) -> str:
    if check.kind == "identity" and state.measured:
        # The model, and below it the serial.
        return in_lines(*state.measured.split())
    return breakable(words.value(state.measured, state.unit))


def _note(document: ReportDocument, words: Words, check: PlannedCheck) -> str:
    state = document.job.states[check.id]
    told = words.told(check.id) if state.verdict in _NOTED else ""
    if state.verdict is Verdict.BLOCKED and state.blocker:
        told = words.get("checks.blocked_by", check=words.check_by_id(state.blocker))
    why = ""
    if state.verdict is Verdict.WAIVED:
        told = words.told(check.id)
        why = words.get(
            "checks.by",
            word=words.verdict(state.verdict),
            who=state.who,
            role=state.role,
            reason=state.reason,
        )
    elif state.verdict is Verdict.SKIPPED:
        why = words.get("checks.reason", word=words.verdict(state.verdict), reason=state.reason)
    return joined([told, why], " ")


def _notes(
    sheet: Sheet, document: ReportDocument, words: Words, checks: list[PlannedCheck]
) -> None:
    """A framed note for each failed attempt that was followed by another."""
    for check in checks:
        attempts = document.of_check(check.id)
        for kept, later in pairwise(attempts):
            if kept.attempt.outcome.verdict is Verdict.FAIL:
                _failed(sheet, words, check, (kept, later))


def _failed(
    sheet: Sheet, words: Words, check: PlannedCheck, pair: tuple[KeptAttempt, KeptAttempt]
) -> None:
    failed, later = (kept.attempt for kept in pair)
    head = words.get(
        "checks.failed",
        check=words.check(check),
        n=failed.number,
        time=time_of_day(failed.started_ns),
    )
    outcome = failed.outcome
    seen = (words.chinese and outcome.text_zh) or outcome.text
    again = words.get(
        "checks.again",
        n=later.number,
        time=time_of_day(later.started_ns),
        verdict=words.verdict(later.outcome.verdict),
        value=words.value(later.outcome.measured, later.outcome.unit),
    )
    text = sheet.type.set(f"{head} {seen} {again}", BODY, ACROSS - 20.0, bold=len(head))
    sheet.need(text.height + 20.0)
    sheet.box(LEFT, sheet.y + 8.0, ACROSS, text.height + 10.0, pen(DIVIDER, 0.75))
    text.paint(sheet.painter, LEFT + 10.0, sheet.y + 13.0)
    sheet.y += text.height + 20.0
