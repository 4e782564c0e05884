"""Tables of rules: head repeated on each page, cells broken to their columns, rows kept whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.bridge.report_pdf_marks import paint_mark
from app.bridge.report_pdf_sheet import LEFT, RIGHT, Sheet
from app.bridge.report_pdf_type import BODY, BORDER, DIVIDER, QUIET, SMALL, SetText, Style
from app.core.commissioning import Verdict

_MARK = 8.0
_MARK_AND_GAP = 12.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; the widths of a table add up to the width of the page. ``gap`` is kept free."""

    title: str
    width: float
    style: Style = BODY
    gap: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row; ``marks`` puts a verdict's mark before a cell, ``note`` stands below the row.

    The note begins at the column ``note_at``.
    """

    cells: tuple[str, ...]
    marks: dict[int, Verdict]
    note: str = ""
    note_at: int = 1


def row(*cells: str, note: str = "", note_at: int = 1, **marks: Verdict) -> Row:
    """A row; a mark is given by its column, as ``c4=Verdict.PASS``."""
    placed = {int(name[1:]): verdict for name, verdict in marks.items()}
    return Row(cells=cells, marks=placed, note=note, note_at=note_at)


class Table:
    """Paints rows onto a sheet; the first lines of a row's cells share one baseline.

    Args:
        sheet: where.
        columns: from the left.
        pad: points above and below the text of a row.
    """

    def __init__(self, sheet: Sheet, columns: Sequence[Column], pad: float = 2.2) -> None:
        self._sheet = sheet
        self._columns = tuple(columns)
        self._pad = pad
        self._starts = [LEFT + sum(c.width for c in columns[:at]) for at in range(len(columns))]

    def paint(self, rows: Sequence[Row]) -> None:
        """The head and all rows; a row that does not fit goes to the next page, below a head."""
        self._head()
        for one in rows:
            self._row(one)

    def _head(self) -> None:
        sheet = self._sheet
        self._sheet.need(34.0)
        cells = [
            sheet.type.set(column.title, _as(QUIET, column.style), column.width - column.gap)
            for column in self._columns
        ]
        self._line(cells, {})
        sheet.rule(sheet.y, BORDER)

    def _row(self, one: Row) -> None:
        sheet = self._sheet
        cells = [
            sheet.type.set(text, column.style, self._inner(at, one))
            for at, (column, text) in enumerate(zip(self._columns, one.cells, strict=True))
        ]
        note: SetText | None = None
        if one.note:
            width = RIGHT - self._starts[one.note_at]
            note = sheet.type.set(one.note, SMALL, width)
        height = max(cell.height for cell in cells) + 2 * self._pad
        height += note.height + 1.0 if note else 0.0
        if height > sheet.left:
            sheet.new_page()
            self._head()
        self._line(cells, one.marks)
        if note:
            note.paint(sheet.painter, self._starts[one.note_at], sheet.y - self._pad + 0.5)
            sheet.y += note.height + 1.0
        sheet.rule(sheet.y, DIVIDER)

    def _inner(self, at: int, one: Row) -> float:
        column = self._columns[at]
        return column.width - column.gap - (_MARK_AND_GAP if at in one.marks else 0.0)

    def _line(self, cells: Sequence[SetText], marks: dict[int, Verdict]) -> None:
        sheet = self._sheet
        height = max(cell.height for cell in cells)
        baseline = max(cell.baseline for cell in cells)
        for at, cell in enumerate(cells):
            x, y = self._starts[at], sheet.y + self._pad
            if at in marks:
                paint_mark(sheet.painter, marks[at], x, y + baseline - _MARK + 0.8, _MARK)
                x += _MARK_AND_GAP
            cell.paint(sheet.painter, x, y + baseline - cell.baseline)
        sheet.y += height + 2 * self._pad


def _as(style: Style, other: Style) -> Style:
    """A style with the alignment of another."""
    return Style(size=style.size, weight=style.weight, colour=style.colour, align=other.align)
