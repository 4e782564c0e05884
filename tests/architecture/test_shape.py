"""Modules and functions stay small; signals are typed and not connected to lambdas."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [path for top in ("app", "widgets") for path in sorted((ROOT / top).rglob("*.py"))]
MAX_LINES, MAX_FUNCTION = 400, 60


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_stays_small(path: Path) -> None:
    source = path.read_text("utf-8")
    assert source.count("\n") <= MAX_LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < MAX_FUNCTION, node.name


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_signals_are_typed_and_not_connected_to_lambdas(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in ("Signal", "QtCore.Signal"):
                assert not any(ast.unparse(a) in ("object", "dict") for a in node.args), name
            if name.endswith(".connect"):
                assert not any(isinstance(a, ast.Lambda) for a in node.args), "no lambda slots"
