"""Collect the window's texts into the .ts file and compile the .qm file beside it.

python packaging/make_translations.py           update wayside_zh_CN.ts and .qm
python packaging/make_translations.py --check   exit 1 where either is not current
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "resources" / "i18n"
NAME = "wayside_zh_CN"


def sources() -> list[str]:
    """Every file that may hold a text of the window."""
    folders = (ROOT / "app" / "bridge", ROOT / "app" / "main", ROOT / "widgets")
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [str(path.relative_to(ROOT)) for path in files]


def _tool(name: str) -> str:
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else name


def update(ts: Path) -> None:
    """Bring a .ts file up to the sources; texts that are gone are dropped."""
    command = [_tool("pyside6-lupdate"), *sources(), "-ts", str(ts), "-no-obsolete",
               "-locations", "none", "-target-language", "zh_CN"]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def compile_qm(ts: Path, qm: Path) -> None:
    """Compile a .ts file."""
    subprocess.run([_tool("pyside6-lrelease"), str(ts), "-qm", str(qm)], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip


def texts(ts: Path) -> dict[tuple[str, str], str | None]:
    """Translation by context and text; None where it is unfinished."""
    found: dict[tuple[str, str], str | None] = {}
    for context in ET.parse(ts).getroot().iter("context"):  # noqa: S314  # our own file
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            done = translation is not None and translation.get("type") is None
            text = translation.text if done and translation is not None else None
            found[name, message.findtext("source", "")] = text
    return found


def check() -> list[str]:
    """What is not current or not translated, in words; empty where all is well."""
    kept = FOLDER / f"{NAME}.ts"
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / kept.name
        fresh.write_bytes(kept.read_bytes())
        update(fresh)
        now, then = texts(fresh), texts(kept)
        qm = Path(folder) / "fresh.qm"
        compile_qm(kept, qm)
        wrong = [f"not translated: {key}" for key, text in now.items() if not text]
        wrong += [f"no longer used: {key}" for key in then.keys() - now.keys()]
        if qm.read_bytes() != (FOLDER / f"{NAME}.qm").read_bytes():
            wrong.append(f"{NAME}.qm was not compiled from {NAME}.ts")
    return wrong


def main() -> int:
    """Update, or check."""
    if "--check" in sys.argv:
        wrong = check()
        print("\n".join(wrong))
        return 1 if wrong else 0
    ts = FOLDER / f"{NAME}.ts"
    update(ts)
    compile_qm(ts, FOLDER / f"{NAME}.qm")
    missing = [key for key, text in texts(ts).items() if not text]
    print(f"{len(texts(ts))} texts, {len(missing)} without a translation")
    for context, text in missing:
        print(f"  {context}: {text!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
