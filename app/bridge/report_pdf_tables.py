"""Tables of rules: head repeated on each page, rows kept whole and not left alone on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QColor

from app.bridge.report_pdf_marks import paint_mark
from app.bridge.report_pdf_sheet import LEFT, RIGHT, Sheet
from app.bridge.report_pdf_type import (
    BODY,
    BORDER,
    DIVIDER,
    HEADING,
    QUIET,
    SMALL,
    SetText,
    Style,
)
from app.core.commissioning import Verdict

_MARK = 8.0
_MARK_AND_GAP = 12.5
_TOGETHER = 3
"""So many rows stay on one page at the beginning and at the end of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; the widths of a table add up to the width of the page. ``gap`` is kept free.

    ``tight`` is the style of what does not fit into one line of the other.
    """

    title: str
    width: float
    style: Style = BODY
    gap: float = 8.0
    tight: Style | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _SetRow:
    """A row in lines, and its height with what is kept free around it."""

    cells: tuple[SetText, ...]
    marks: dict[int, Verdict]
    note: SetText | None
    note_at: int
    height: float


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

    def paint(self, rows: Sequence[Row], title: str = "") -> None:
        """The heading, where there is one, the head and all rows.

        A row that does not fit goes to the next page, below a head, with those that follow it to
        the end where these are few.
        """
        sheet, left = self._sheet, [self._set(one) for one in rows]
        head = self._set_head()
        few = left if len(left) < 2 * _TOGETHER else left[:_TOGETHER]
        begin = _height([head, *few])
        if title:
            sheet.heading(title, HEADING, with_next=begin)
        else:
            sheet.need(begin)
        self._paint(head, BORDER)
        for at, one in enumerate(left):
            last = len(left) >= 2 * _TOGETHER and at == len(left) - _TOGETHER
            if _height(left[at:] if last else [one]) > sheet.left:
                sheet.new_page()
                self._paint(head, BORDER)
            self._paint(one, DIVIDER)

    def _set_head(self) -> _SetRow:
        cells = tuple(
            self._sheet.type.set(c.title, _as(QUIET, c.style), c.width - c.gap)
            for c in self._columns
        )
        return self._measured(cells)

    def _set(self, one: Row) -> _SetRow:
        cells = tuple(self._cell(at, text, one) for at, text in enumerate(one.cells))
        note: SetText | None = None
        if one.note:
            note = self._sheet.type.set(one.note, SMALL, RIGHT - self._starts[one.note_at])
        return self._measured(cells, one, note)

    def _measured(
        self, cells: tuple[SetText, ...], one: Row | None = None, note: SetText | None = None
    ) -> _SetRow:
        height = max(cell.height for cell in cells) + 2 * self._pad
        return _SetRow(
            cells=cells,
            marks=one.marks if one else {},
            note=note,
            note_at=one.note_at if one else 0,
            height=height + (note.height + 1.0 if note else 0.0),
        )

    def _cell(self, at: int, text: str, one: Row) -> SetText:
        column, width = self._columns[at], self._inner(at, one)
        found = self._sheet.type.set(text, column.style, width)
        if found.lines > 1 and column.tight is not None:
            found = self._sheet.type.set(text, column.tight, width)
        return found

    def _paint(self, one: _SetRow, rule: QColor) -> None:
        sheet = self._sheet
        top = sheet.y
        self._line(one.cells, one.marks)
        if one.note:
            one.note.paint(sheet.painter, self._starts[one.note_at], sheet.y - self._pad + 0.5)
        sheet.y = top + one.height
        sheet.rule(sheet.y, rule)

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


def _height(rows: Sequence[_SetRow]) -> float:
    return sum(one.height for one in rows)


def _as(style: Style, other: Style) -> Style:
    """A style with the alignment of another."""
    return Style(size=style.size, weight=style.weight, colour=style.colour, align=other.align)
