"""Long lists of devices in the connections file, read without a TOML parser.

Of fifty thousand devices the parser makes half a second of work, and the file is written by this
program: lines that look exactly as it writes them are taken by a pattern, any other is left to
the parser. What comes out is the same either way.
"""

from __future__ import annotations

import re

_STRING = r'"([^"\\\x00-\x1f\x7f]*)"'
_ROW = rf"  \{{ key = {_STRING}, profile = {_STRING}, unit = (0|[1-9][0-9]{{0,8}}) \}},\n"
_ROWS = re.compile(_ROW)
_BLOCK = re.compile(rf"^devices = \[\n((?:{_ROW.replace('(', '(?:')})+)\]$", re.MULTILINE)
_MARK = "lifted_rows"

Row = tuple[str, str, str]
"""Key, profile and unit of a device."""


def lift(text: str) -> tuple[str, list[list[Row]]] | None:
    """The text with each list of devices replaced by a mark, and the lists; None: parse it all."""
    # In a text of several lines a list would be no list, and a mark of ours may not be there yet.
    if _MARK in text or '"""' in text or "'''" in text:
        return None
    lists: list[list[Row]] = []

    def mark(block: re.Match[str]) -> str:
        lists.append(_ROWS.findall(block[1]))
        return f"devices = [{{ {_MARK} = {len(lists) - 1} }}]"

    short = _BLOCK.sub(mark, text)
    return (short, lists) if lists else None


def lifted(entries: list[object], lists: list[list[Row]]) -> list[Row] | None:
    """The list that a mark stands for; None for devices that were left to the parser."""
    if len(entries) == 1 and isinstance(entries[0], dict) and _MARK in entries[0]:
        return lists[entries[0][_MARK]]
    return None
