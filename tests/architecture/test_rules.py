"""The rules of the house that no linter knows: each is a test over the source."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [path for top in ("app", "widgets") for path in sorted((ROOT / top).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MAY_START_TASKS = {"app/tasks.py"}
SYNONYMS = {"slave", "sensor_value", "tag", "channel"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "app/core").rglob("*.py")), ids=_name)
def test_core_is_standard_library_only(path: Path) -> None:
    foreign = _imports(ast.parse(path.read_text("utf-8"))) - sys.stdlib_module_names - {"app"}
    assert not foreign


@pytest.mark.parametrize("path", sorted((ROOT / "app/core").rglob("*.py")), ids=_name)
def test_core_dataclasses_are_frozen_with_slots(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef):
            for decorator in node.decorator_list:
                text = ast.unparse(decorator)
                if text.startswith("dataclass"):
                    assert "frozen=True" in text, node.name
                    assert "slots=True" in text, node.name


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_tasks_are_started_in_their_own_files_only(path: Path) -> None:
    if _name(path) in MAY_START_TASKS:
        return
    source = path.read_text("utf-8")
    assert not re.search(r"create_task\(|ensure_future\(|@asyncSlot|processEvents\(", source)


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_identifiers_use_our_nouns(path: Path) -> None:
    names = {
        node.id if isinstance(node, ast.Name) else node.arg if isinstance(node, ast.arg) else ""
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    }
    assert not names & SYNONYMS


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_module_keeps_a_mutable_instance(path: Path) -> None:
    """Composition roots build services; a module-level mutable container is shared state."""
    for node in ast.parse(path.read_text("utf-8")).body:
        value = getattr(node, "value", None)
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        names = [t.id for t in targets if isinstance(t, ast.Name)]
        if isinstance(value, ast.List | ast.Set | ast.Dict | ast.ListComp) and names:
            constant = all(name.isupper() or name.startswith("__") for name in names)
            assert constant or names[0].lstrip("_").isupper(), names


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_tests_wait_for_conditions_not_for_time(path: Path) -> None:
    if path == Path(__file__):
        return
    source = path.read_text("utf-8")
    assert not re.search(r"time\.sleep\(|qtbot\.wait\(|asyncio\.sleep\((?!0\))", source)


def test_type_ignores_stay_rare() -> None:
    lines = ignores = 0
    for path in SOURCES:
        text = path.read_text("utf-8")
        lines += text.count("\n")
        ignores += len(re.findall(r"#\s*type: ignore", text))
    assert ignores <= max(1, lines / 1000), (ignores, lines)


def test_broad_excepts_stay_rare() -> None:
    lines = broad = 0
    for path in SOURCES:
        text = path.read_text("utf-8")
        lines += text.count("\n")
        broad += len(re.findall(r"except (Base)?Exception", text))
    assert broad <= max(1, lines / 2000), (broad, lines)


def test_no_registry_address_in_dependency_files() -> None:
    for name in ("pyproject.toml", *[p.name for p in ROOT.glob("requirements*")]):
        assert not re.search(r"https?://", (ROOT / name).read_text("utf-8")), name


def test_qt_is_pinned_to_the_version_that_keeps_its_references() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    qt = [d for d in project["dependencies"] if d.lower().startswith(("pyside6", "shiboken6"))]
    assert sorted(qt) == [
        "PySide6-Addons==6.11.3",
        "PySide6-Essentials==6.11.3",
        "shiboken6==6.11.3",
    ]
