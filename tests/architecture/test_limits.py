"""A limit that nobody reads would promise what the program does not do."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIMITS = sorted((ROOT / "resources/limits").glob("*.toml"))
NAMED = [(path.stem, name) for path in LIMITS for name in tomllib.loads(path.read_text("utf-8"))]


@cache
def nodes() -> list[ast.AST]:
    files = (path for top in ("app", "widgets") for path in (ROOT / top).rglob("*.py"))
    return [node for path in files for node in ast.walk(ast.parse(path.read_text("utf-8")))]


@cache
def reads() -> set[tuple[str, str | None]]:
    """Area and name of each call of ``limit``; None for a name that the call was given."""
    found = set()
    for node in nodes():
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "limit":
            area, name = (getattr(arg, "value", None) for arg in node.args)
            found.add((area, name if isinstance(name, str) else None))
    return found


@cache
def strings() -> set[str]:
    """Every string that stands alone in the code: where a name is handed on, it is one of them."""
    return {n.value for n in nodes() if isinstance(n, ast.Constant) and isinstance(n.value, str)}


@cache
def words_of_checks() -> set[str]:
    """Every word of the data that says by which limit a check is judged."""
    folders = ("procedures", "profiles", "asset_types")
    files = (path for name in folders for path in (ROOT / "resources" / name).glob("*.toml"))
    return {word for path in files for word in re.findall(r"\w+", path.read_text("utf-8"))}


def is_read(area, name):
    if (area, name) in reads():
        return True
    handed_on = area == "commissioning" or (area, None) in reads()
    return handed_on and (
        name in strings() or (area == "commissioning" and name in words_of_checks())
    )


@pytest.mark.parametrize(("area", "name"), NAMED, ids=[f"{area}.{name}" for area, name in NAMED])
def test_each_limit_is_read(area, name):
    assert is_read(area, name), f"nothing reads {name} of resources/limits/{area}.toml"


def test_a_limit_that_nobody_reads_is_found():
    assert not is_read("mqtt", "no_such_limit")
    assert not is_read("commissioning", "no_such_limit")
    assert is_read("mqtt", "ping_s")
