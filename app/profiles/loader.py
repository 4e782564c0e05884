"""Reads profile and asset type files; every mistake names file, table, key and line."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from app.core.assets import AssetType
from app.core.errors import ProfileError
from app.core.profiles import DeviceProfile
from app.profiles import schema
from app.profiles.building import build_asset_type, build_profile
from app.profiles.checking import Problem, check_table
from app.profiles.lines import LineIndex
from app.profiles.mistakes import MISSING, file_mistake, toml_line, toml_reason
from app.profiles.rules import check_asset_type, check_profile
from app.profiles.shapes import Table
from app.wording import os_reason

MAX_BYTES = 4_000_000
"""A data file is a few kilobytes; a larger one is not read as one."""

Rules = Callable[[dict[str, Any], str], Iterable[Problem]]


class Parsed(NamedTuple):
    """A file as read: its table, and its mistakes, the most telling first."""

    document: dict[str, Any]
    sha256: str
    errors: list[ProfileError]


def load_profile(path: Path | str) -> DeviceProfile:
    """The device profile in a file.

    Raises:
        ProfileError: the most telling mistake of the file, with its line; or it cannot be read.
    """
    parsed = parse_profile(Path(path))
    if parsed.errors:
        raise parsed.errors[0]
    return build_profile(parsed.document, parsed.sha256)


def load_asset_type(path: Path | str) -> AssetType:
    """The asset type in a file.

    Raises:
        ProfileError: as ``load_profile``.
    """
    parsed = parse_file(Path(path), schema.ASSET_TYPE, check_asset_type)
    if parsed.errors:
        raise parsed.errors[0]
    return build_asset_type(parsed.document)


def parse_profile(path: Path) -> Parsed:
    """A profile file with every mistake in it.

    Raises:
        ProfileError: the file cannot be read, or is not TOML.
    """
    return parse_file(path, schema.PROFILE, check_profile)


def read_text(path: Path) -> str:
    """The text of a data file, as lines are counted in it.

    Raises:
        ProfileError: the file cannot be read, or is not UTF-8.
    """
    return _decode(_read(path), path)


def parse_file(path: Path, declared: Table, rules: Rules) -> Parsed:
    """A data file of any declared form with every mistake in it.

    Raises:
        ProfileError: the file cannot be read, or is not TOML.
    """
    data = _read(path)
    text = _decode(data, path)
    document = _toml(text, path)
    problems = list(check_table(document, declared))
    if not problems:
        problems = list(rules(document, path.stem))
    errors: list[ProfileError] = []
    if problems:
        lines = LineIndex(text)
        errors = [_error(problem, lines, path) for problem in problems]
        # A key is often missing because it is misspelt, and the misspelling says more.
        errors.sort(key=lambda error: (error.text_key == MISSING, error.line))
    return Parsed(document, hashlib.sha256(data).hexdigest(), errors)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise file_mistake("unreadable", {"reason": os_reason(error)}, file=str(path)) from error
    if len(data) > MAX_BYTES:
        raise file_mistake("large", {"count": f"{MAX_BYTES:,}"}, file=str(path))
    return data


def _decode(data: bytes, path: Path) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise file_mistake("encoding", {}, file=str(path), line=line) from error
    return text.replace("\r\n", "\n")


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        values, line = {"reason": toml_reason(error)}, toml_line(error, text)
        raise file_mistake("toml", values, file=str(path), line=line) from error


def _error(problem: Problem, lines: LineIndex, path: Path) -> ProfileError:
    table = ""
    *parents, last = problem.path or ("",)
    key = last
    if isinstance(last, int):
        parents, key = [*parents, last], ""
    for part in parents:
        table += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if table else part
    return file_mistake(
        problem.mistake,
        problem.values,
        file=str(path),
        table=table,
        key=str(key),
        line=lines.line(problem.path),
    )
