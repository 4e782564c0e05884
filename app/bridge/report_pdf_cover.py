"""The first page: verdict, what and who, what was waived and stays open, identities, signatures."""

from __future__ import annotations

from collections.abc import Iterator

import segno
from PySide6.QtCore import Qt

from app.bridge.report_pdf_marks import of_job, paint_mark
from app.bridge.report_pdf_sheet import ACROSS, LEFT, RIGHT, Sheet, pen, rect
from app.bridge.report_pdf_tables import Column, Row, Table, row
from app.bridge.report_pdf_type import (
    BODY,
    CODE,
    DIVIDER,
    FINE,
    HEADING,
    QUIET,
    SMALL,
    STRONG,
    SUBTITLE,
    TEXT,
    TITLE,
    VALUE,
    Style,
    breakable,
    in_lines,
    joined,
)
from app.bridge.report_pdf_words import Words, day_and_time, short, time_of_day, zone
from app.commissioning.limits import LimitTable
from app.commissioning.outputs import told_outputs
from app.commissioning.report_document import ReportDocument
from app.commissioning.report_facts import identities_of, instruments_of
from app.core.commissioning import JobVerdict, PunchItem, Verdict

V = Verdict
_QR = 60.0
_PAD = 1.7
_SIGNERS = ("supervisor", "witness")


def paint_cover(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    """Fill the first page, and what goes on below it."""
    _title(sheet, document, words)
    _verdict(sheet, document, words)
    _facts(sheet, document, words)
    _punch(sheet, document, words)
    _identity(sheet, document, words)
    _instruments(sheet, document, words)
    _signatures(sheet, document, words)


def _title(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    job = document.job
    width = ACROSS - _QR - 122.0
    y = sheet.y + sheet.text(LEFT, sheet.y, words.get("title"), TITLE, width) + 1.0
    name = f"{words.asset_type()} {job.asset}"
    y += sheet.text(LEFT, y, name, SUBTITLE, width) + 2.0
    end = day_and_time(job.ended_ns)
    if end[:10] == day_and_time(job.created_ns)[:10]:
        end = time_of_day(job.ended_ns)
    line = words.get(
        "head_line",
        site=job.site or words.get("no_site"),
        start=day_and_time(job.created_ns),
        end=end,
        zone=zone(job.ended_ns),
    )
    y += sheet.text(LEFT, y, line, QUIET, width)
    _code(sheet, job.id, sheet.y)
    caption = sheet.type.set(in_lines(words.get("qr"), job.id), SMALL.right(), 110.0)
    caption.paint(sheet.painter, RIGHT - _QR - 116.0, sheet.y + (_QR - caption.height) / 2)
    sheet.y = max(y, sheet.y + _QR) + 11.0


def _code(sheet: Sheet, text: str, y: float) -> None:
    """The job's id as a QR code, its quiet zone outside of the margins of the text."""
    modules = [list(line) for line in segno.make_qr(text, error="m").matrix]
    side = _QR / len(modules)
    painter = sheet.painter
    painter.save()
    # Without anti-aliasing neighbouring modules have no hair line between them.
    painter.setRenderHint(painter.RenderHint.Antialiasing, on=False)
    for across, line in enumerate(modules):
        for along, dark in enumerate(line):
            if dark:
                x = RIGHT - _QR + along * side
                painter.fillRect(
                    rect(x, y + across * side, side + 0.02, side + 0.02), Qt.GlobalColor.black
                )
    painter.restore()


def _verdict(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    verdict = document.job.verdict()
    mark, head, told = of_job(verdict), words.get(f"job.{verdict.value}"), ""
    counts = _counts(document)
    if not document.signature.good:
        # Neither the verdict nor the numbers are known to be those that were signed.
        mark, head, told, counts = V.FAIL, words.get("altered.title"), words.get("altered.text"), []
    cell = 40.0
    numbers = len(counts) * cell
    text_width = ACROSS - 54.0 - numbers - 16.0
    about = sheet.type.set(told or _about(document, words, verdict), BODY, text_width)
    name = sheet.type.set(head, TITLE, text_width)
    height = max(name.height + about.height + 14.0, 56.0)
    top = sheet.y
    sheet.box(LEFT, top, ACROSS, height, pen(TEXT, 1.0))
    paint_mark(sheet.painter, mark, LEFT + 14.0, top + height / 2 - 13.0, 26.0)
    name.paint(sheet.painter, LEFT + 54.0, top + (height - name.height - about.height) / 2)
    about.paint(sheet.painter, LEFT + 54.0, top + (height + name.height - about.height) / 2)
    x = RIGHT - numbers - 4.0
    for key, number in counts:
        middle = top + height / 2
        sheet.line(x, middle - 15.0, x, middle + 15.0, DIVIDER)
        sheet.text(x + 6.0, middle - 17.0, str(number), VALUE, cell - 8.0)
        sheet.text(x + 6.0, middle + 2.0, words.get(f"count.{key}"), FINE, cell - 6.0)
        x += cell
    sheet.y = top + height + 10.0


def _counts(document: ReportDocument) -> list[tuple[str, int]]:
    """Verdicts with their numbers: those that matter always, the others where there are any."""
    found = document.job.counts()
    not_judged = sum(found.get(key, 0) for key in ("blocked", "not_run", "running"))
    rows = [
        ("pass", found.get("pass", 0)),
        ("marginal", found.get("marginal", 0)),
        ("waived", found.get("waived", 0)),
        ("skipped", found.get("skipped", 0)),
        ("deferred", found.get("deferred", 0)),
        ("fail", found.get("fail", 0)),
        ("open", not_judged),
    ]
    return [(key, number) for key, number in rows if number or key not in ("deferred", "open")]


def _about(document: ReportDocument, words: Words, verdict: JobVerdict) -> str:
    job = document.job
    counts = job.counts()
    items = [i for i in job.punch_list() if job.states[i.check].verdict is not V.DEFERRED]
    if verdict is JobVerdict.REJECTED:
        items = [item for item in items if item.punch_class == "A"]
    text = words.get(
        f"job_text.{verdict.value}",
        punch=words.count("punch_count", len(items)),
        deferred=words.count("check_count", counts.get("deferred", 0)),
    )
    waived = counts.get("waived", 0)
    parts = [
        text,
        words.count("waived_text", waived) if waived else "",
        words.count("changed_text", changed) if (changed := len(_changes(document))) else "",
        words.get("soak_text") if _soak(document)[0] < _soak(document)[1] else "",
    ]
    return joined(parts, "" if words.chinese else " ")


def _facts(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    job = document.job
    missing = words.get("not_recorded")
    seconds = max(0, job.ended_ns - job.created_ns) // 1_000_000_000
    fitted = sum(check.fitted for check in job.plan)
    procedure = words.get(
        "fact.procedure_value",
        id=job.procedure,
        version=job.procedure_version,
        checks=words.count("check_count", fitted),
    )
    recorded = words.get(
        "fact.recorded_value",
        minutes=seconds // 60,
        seconds=seconds % 60,
        attempts=len(document.attempts),
    )
    left = (
        ("asset", job.asset),
        ("type", words.asset_type()),
        ("serial", job.fields.get("serial") or _first_serial(document) or missing),
        ("position", job.position.text() if job.position else missing),
        ("operator", f"{job.operator}, {_role(words, job.role)}"),
    )
    right = (
        ("started", day_and_time(job.created_ns, offset=True)),
        ("ended", day_and_time(job.ended_ns, offset=True)),
        ("procedure", procedure),
        ("recorded", recorded),
        ("program", f"Wayside {job.app_version}"),
    )
    half = ACROSS / 2
    y = sheet.y
    for (key, value), (other, told) in zip(left, right, strict=True):
        a = _fact(sheet, LEFT, y, (words.get(f"fact.{key}"), value), half)
        b = _fact(sheet, LEFT + half, y, (words.get(f"fact.{other}"), told), half)
        y += max(a, b) + 2.6
    sheet.y = y


def _first_serial(document: ReportDocument) -> str:
    """The serial that the first device told: the gateway stands for its asset."""
    kind = document.asset_type
    first = kind.devices[0].id if kind else ""
    return next((one.serial for one in identities_of(document) if one.slot == first), "")


def _fact(sheet: Sheet, x: float, y: float, fact: tuple[str, str], width: float) -> float:
    label = 66.0
    sheet.text(x, y, fact[0], QUIET, label)
    return sheet.text(x + label, y, fact[1], BODY, width - label - 8.0)


def _role(words: Words, role: str) -> str:
    text = words.get(f"sign.{role}")
    return role if text.startswith("report.") else text


def _punch(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    rows = list(_punch_rows(document, words))
    if not rows:
        sheet.heading(words.get("punch.title"), HEADING, with_next=20.0)
        sheet.y += 3.0
        sheet.flow(words.get("none"), QUIET)
        return
    columns = (
        Column(title=words.get("punch.kind"), width=78.0),
        Column(title=words.get("punch.check"), width=150.0),
        Column(title=words.get("punch.seen"), width=ACROSS - 228.0, gap=0.0),
    )
    Table(sheet, columns, pad=_PAD).paint(rows, words.get("punch.title"))


def _punch_rows(document: ReportDocument, words: Words) -> Iterator[Row]:
    job = document.job
    for moved_by in job.outputs:
        for told in told_outputs(job, document.profiles, words.texts, moved_by):
            yield row(words.get("punch.switched"), words.check_by_id(moved_by), told, c0=V.FAIL)
    for check in job.plan:
        state = job.states[check.id]
        if state.verdict is V.WAIVED:
            why = words.get(
                "punch.by", reason=state.reason, who=state.who, role=_role(words, state.role)
            )
            seen = joined([words.told(check.id), why], " ")
            yield row(words.get("punch.waived"), words.check(check), seen, c0=V.WAIVED)
    for item in job.punch_list():
        yield _punch_row(document, words, item)
    yield from _changed(document, words)
    soaked, wanted = _soak(document)
    if soaked < wanted:
        reason = words.get("punch.soak_unwaived")
        if job.soak_waiver:
            by, role = job.soak_waived_by, _role(words, job.soak_waived_as)
            reason = words.get("punch.by", reason=job.soak_waiver, who=by, role=role)
        told = words.get(
            "punch.soak_seen", seconds=f"{soaked:.0f}", wanted=f"{wanted:.0f}", reason=reason
        )
        yield row(words.get("punch.soak"), words.get("punch.soak_check"), told)


def _punch_row(document: ReportDocument, words: Words, item: PunchItem) -> Row:
    state = document.job.states[item.check]
    kind = words.get("punch.open", **{"class": item.punch_class})
    if state.verdict is V.DEFERRED:
        kind = words.get("punch.deferred")
    told = words.told(item.check)
    if state.blocker:
        told = words.get("checks.blocked_by", check=words.check_by_id(state.blocker))
    reason = "" if state.verdict is V.DEFERRED else joined([state.reason, state.who], ", ")
    seen = joined([told, reason], " ") or words.verdict(state.verdict)
    return row(kind, words.check_by_id(item.check), seen, c0=state.verdict)


def _soak(document: ReportDocument) -> tuple[float, float]:
    """Seconds recorded before the signature, and seconds wanted."""
    job = document.job
    wanted = job.changes.get("soak_s", LimitTable().get("soak_s").value)
    return max(0, job.ended_ns - job.soak_from_ns) / 1e9, wanted


def _changes(document: ReportDocument) -> list[tuple[str, float]]:
    """The limits of this job that are not as shipped."""
    shipped = LimitTable()
    return [
        (name, value)
        for name, value in sorted(document.job.changes.items())
        if name in shipped.names() and value != shipped.get(name).value
    ]


def _changed(document: ReportDocument, words: Words) -> Iterator[Row]:
    shipped = LimitTable()
    for name, value in _changes(document):
        limit = shipped.get(name)
        unit = words.unit("" if limit.unit == "1" else limit.unit)
        told = words.get(
            "punch.limit_seen", value=f"{value:.6g}", shipped=f"{limit.value:.6g}", unit=unit
        )
        what = words.limit(name) or words.get("punch.limit_check", name=breakable(name))
        yield row(words.get("punch.limit"), what, " ".join(told.split()))


def _identity(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    found = identities_of(document)
    if not found:
        return
    columns = (
        Column(title=words.get("identity.device"), width=100.0),
        Column(title=words.get("identity.model"), width=150.0),
        Column(title=words.get("identity.unit"), width=36.0, style=BODY.right(), gap=12.0),
        Column(title=words.get("identity.firmware"), width=62.0),
        Column(title=words.get("identity.serial"), width=92.0),
        Column(title=words.get("identity.config"), width=ACROSS - 440.0, gap=0.0),
    )
    rows = [
        row(
            words.device(one.slot),
            one.model,
            str(one.unit) if one.unit is not None else "–",
            one.firmware or "–",
            one.serial or "–",
            short(one.config),
        )
        for one in found
    ]
    Table(sheet, columns, pad=_PAD).paint(rows, words.get("identity.title"))


def _instruments(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    found = instruments_of(document)
    if not found:
        return
    missing = words.get("not_recorded")
    columns = (
        Column(title=words.get("instruments.instrument"), width=140.0),
        Column(title=words.get("instruments.serial"), width=90.0),
        Column(title=words.get("instruments.due"), width=90.0),
        Column(title=words.get("instruments.used"), width=ACROSS - 320.0, gap=0.0),
    )
    rows = [
        row(
            one.name or missing,
            one.serial or missing,
            one.due or missing,
            joined([words.check_by_id(check) for check in one.checks], "; "),
        )
        for one in found
    ]
    Table(sheet, columns, pad=_PAD).paint(rows, words.get("instruments.title"))


def _signatures(sheet: Sheet, document: ReportDocument, words: Words) -> None:
    signature = document.signature
    sheet.heading(words.get("sign.title"), HEADING, with_next=118.0)
    width = (ACROSS - 32.0) / 3
    top = sheet.y + 6.0
    roles = [_role(words, signature.role), *(words.get(f"sign.{who}") for who in _SIGNERS)]
    for at, role in enumerate(roles):
        x = LEFT + at * (width + 16.0)
        sheet.text(x, top, role, QUIET, width)
        sheet.rule(top + 40.0, TEXT, x, x + width)
    sheet.text(LEFT, top + 43.0, signature.signer, STRONG, width - 110.0)
    when = day_and_time(signature.signed_ns, offset=True)
    sheet.text(LEFT + width - 110.0, top + 43.0, when, SMALL.right(), 110.0)
    for at in (1, 2):
        x = LEFT + at * (width + 16.0)
        sheet.text(x, top + 43.0, words.get("sign.date"), SMALL, width)
    sheet.y = top + 60.0
    for key, value in (
        ("key", signature.fingerprint),
        ("chain", document.head),
    ):
        label = 92.0
        sheet.text(LEFT, sheet.y, words.get(f"sign.{key}"), SMALL, label)
        sheet.y += sheet.text(LEFT + label, sheet.y + 0.5, value, CODE, ACROSS - label) + 1.5
    told = [words.get("sign.good" if signature.good else "sign.bad")]
    if signature.good and not signature.key_kept:
        told.append(words.get("sign.once"))
    style = SMALL if signature.good else Style(size=9.0, weight=STRONG.weight)
    sheet.flow(joined(told, "" if words.chinese else " "), style)
    sheet.flow(words.get("sign.verify"), SMALL)
