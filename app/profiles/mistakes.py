"""Mistakes in data files: their texts are ``resources/i18n/<language>/files.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.core.errors import ProfileError
from app.settings import Texts, Words

MISSING = "files.missing"
_TOML = (
    (r"Unclosed|Unterminated|Illegal character '\\[nr]'", "unclosed"),
    ("Cannot|Duplicate", "twice"),
    ("Expected", "expected"),
    ("Invalid initial character for a key", "key"),
    ("character", "character"),
    ("[Ee]scape|hex value", "escape"),
    ("Invalid statement", "statement"),
    ("Invalid|integer string conversion", "value"),
)
"""What the standard parser says, by its words; the first that fits."""


def file_mistake(
    mistake: str,
    values: Mapping[str, object],
    *,
    file: str,
    table: str = "",
    key: str = "",
    line: int = 0,
) -> ProfileError:
    """The error of a mistake, in English for an edge to reword."""
    text_key = f"files.{mistake}"
    seen = Texts().get(f"{text_key}.seen", **values)
    error = ProfileError(seen, file=file, table=table, key=key, line=line)
    error.text_key, error.text_values = text_key, values
    return error


def not_toml(error: Exception, text: str) -> Words:
    """That a text is not TOML: why, and on which line where that is known."""
    line, reason = toml_line(error, text), toml_reason(error)
    if line:
        return Words("files.toml_at.seen", {"reason": reason, "line": line})
    return Words("files.toml.seen", {"reason": reason})


def toml_line(error: Exception, text: str) -> int:
    """The line at which the parser stopped, 0 where it does not tell."""
    # A TOMLDecodeError, or the limit on the digits of a whole number, which has no line.
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    return int(found[1] or text.count("\n") + 1) if found else 0


def toml_reason(error: Exception) -> Words | str:
    """Why a text is no TOML, in words for the user; the parser's own where they are new."""
    if isinstance(error, RecursionError):
        return Words("files.parser.nested")
    found = next((name for pattern, name in _TOML if re.search(pattern, str(error))), "")
    return Words(f"files.parser.{found}") if found else str(error)
