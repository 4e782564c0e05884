"""Tables of the printed report: where a page ends, rows are not left alone."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtPdf import QPdfDocument

from app.bridge.report_pdf_sheet import ACROSS, Frame, Sheet
from app.bridge.report_pdf_tables import Column, Table, row
from app.bridge.report_pdf_type import BODY, DPI, FINE

TOGETHER = 3
FRAME = Frame(product="Wayside", head="", foot="", page="")


def _pages(path, begin: float, rows: int) -> list[tuple[bool, int]]:
    """Whether each page has the heading, and how many rows."""
    writer = QPdfWriter(str(path))
    writer.setResolution(DPI)
    size = QPageSize(QPageSize.PageSizeId.A4)
    none = QMarginsF(0.0, 0.0, 0.0, 0.0)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, none))
    painter = QPainter(writer)
    sheet = Sheet(writer, painter, FRAME, 1)
    sheet.y = begin
    columns = (Column(title="Name", width=ACROSS),)
    Table(sheet, columns).paint([row(f"row {at}") for at in range(rows)], "The heading")
    painter.end()
    read = QPdfDocument()
    assert read.load(str(path)) is QPdfDocument.Error.None_
    texts = [read.getAllText(page).text() for page in range(read.pageCount())]
    read.close()
    return [("The heading" in text, len(re.findall(r"row \d+", text))) for text in texts]


@pytest.mark.parametrize("begin", [63.0, 690.0, 720.0, 770.0])
@pytest.mark.parametrize("rows", [1, 2, 5, 6, 40, 41, 42, 43, 44, 45])
def test_no_page_has_a_row_or_two_of_a_longer_table(begin, rows, tmp_path, qapp):
    pages = [each for each in _pages(tmp_path / "table.pdf", begin, rows) if each != (False, 0)]
    assert sum(count for _, count in pages) == rows
    assert [heading for heading, _ in pages] == [True, *([False] * (len(pages) - 1))]
    assert all(count >= min(rows, TOGETHER) for _, count in pages)


def test_what_does_not_fit_into_a_line_is_set_tighter(tmp_path, qapp):
    writer = QPdfWriter(str(tmp_path / "cell.pdf"))
    writer.setResolution(DPI)
    painter = QPainter(writer)
    sheet = Sheet(writer, painter, FRAME, 1)
    text, heights = "wayside-pole-gateway", []
    for tight in (None, FINE):
        width = sheet.type.width(text, FINE) + 2.0
        assert width < sheet.type.width(text, BODY)
        began = sheet.y
        Table(sheet, (Column(title="", width=width, gap=0.0, tight=tight),)).paint([row(text)])
        heights.append(sheet.y - began)
    painter.end()
    assert heights[1] < heights[0]
