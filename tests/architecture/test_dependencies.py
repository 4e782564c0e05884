"""What the program depends on it also uses; what only tests and benchmarks need is not its own."""

import ast
import re
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
NAMES = [re.split(r"[^\w.-]", text)[0].lower() for text in PROJECT["dependencies"]]
PINNED_WITH_QT = {"shiboken6"}


@cache
def imported() -> set[str]:
    """The distributions that some module of the program imports, in lower case."""
    modules = set()
    for top in ("app", "widgets"):
        for path in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    modules.add(node.module.partition(".")[0])
    provides = packages_distributions()
    return {
        name.lower().replace("_", "-") for module in modules for name in provides.get(module, ())
    }


@pytest.mark.parametrize("name", sorted(set(NAMES) - PINNED_WITH_QT))
def test_each_runtime_dependency_is_imported(name):
    assert name.replace("_", "-") in imported()
