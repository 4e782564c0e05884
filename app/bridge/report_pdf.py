"""The commissioning report as an A4 PDF, drawn from the sealed file that proves it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter

from app.bridge.report_pdf_checks import paint_checks
from app.bridge.report_pdf_cover import paint_cover
from app.bridge.report_pdf_evidence import paint_evidence
from app.bridge.report_pdf_sheet import Frame, Sheet
from app.bridge.report_pdf_type import DPI, missing
from app.bridge.report_pdf_words import Words, day_and_time, short
from app.commissioning.report_document import ReportDocument, document_of
from app.core.errors import UserFacing
from app.settings import RESOURCES
from app.wording import os_reason, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What was written; ``missing`` are characters that the report's fonts have no glyph for.

    ``signed`` says that the signature is of the evidence that was printed.
    """

    path: Path
    pages: int
    signed: bool
    missing: tuple[str, ...]


def write_report_pdf(document: ReportDocument, path: Path, language: str) -> Printed:
    """Write the report; needs a QGuiApplication, on whatever platform, and no window.

    Raises:
        UserFacing: the file cannot be written.
    """
    words = Words(document, language)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # Once for the number of pages, which each foot tells.
    pages = _draw(_writer(buffer, words), words, 0).page
    buffer.close()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    sheet = _draw(_writer(buffer, words), words, pages)
    buffer.close()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(buffer.data().data())
    except OSError as error:
        raise told(UserFacing, "files.unwritable", file=path, reason=os_reason(error)) from error
    return Printed(
        path=path,
        pages=sheet.page,
        signed=document.signature.good,
        missing=missing(sheet.type.used),
    )


def print_report(
    sealed: bytes, path: Path, language: str, folders: tuple[Path, ...] = (RESOURCES,)
) -> Printed:
    """The same from the bytes of a sealed file; without an application one is made off-screen.

    ``folders`` have the asset types and procedures, the last one's before the others'.

    Raises:
        UserFacing: they are no report, or the PDF cannot be written.
    """
    document = document_of(sealed, folders)
    application = QGuiApplication.instance()
    if application is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        application = QGuiApplication(["wayside"])
    return write_report_pdf(document, path, language)


def _writer(target: QBuffer, words: Words) -> QPdfWriter:
    writer = QPdfWriter(target)
    writer.setResolution(DPI)
    no_margins = QMarginsF(0.0, 0.0, 0.0, 0.0)
    size = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, no_margins))
    writer.setTitle(words.get("number", job=words.document.job.id))
    writer.setCreator(f"Wayside {words.document.job.app_version}")
    return writer


def _draw(writer: QPdfWriter, words: Words, pages: int) -> Sheet:
    document = words.document
    job = document.job
    frame = Frame(
        product=words.get("product"),
        head=words.get("number", job=job.id),
        foot=words.get(
            "foot",
            asset=job.asset,
            job=job.id,
            day=day_and_time(job.ended_ns)[:10],
            head=short(document.head),
            version=job.app_version,
            procedure=job.procedure,
            procedure_version=job.procedure_version,
        ),
        page=words.texts.get("report.page"),
    )
    painter = QPainter(writer)
    sheet = Sheet(writer, painter, frame, pages)
    paint_cover(sheet, document, words)
    paint_checks(sheet, document, words)
    paint_evidence(sheet, document, words)
    painter.end()
    return sheet
