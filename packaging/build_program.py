"""Freeze the program into dist/wayside and say how large it is and what it leans on.

python packaging/build_program.py

The same sources make the same bytes: hashes are seeded and every file has the time of the commit
(or of SOURCE_DATE_EPOCH).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "dist" / "wayside"
EARLIEST = 315532800  # 1980, the first year that a zip file knows


def epoch() -> int:
    """The time that every file gets: SOURCE_DATE_EPOCH, else that of the commit, else 1980."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        return EARLIEST
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else EARLIEST


def freeze() -> None:
    """Run PyInstaller on the specification; its log stays in build/ and is shown on a failure."""
    shutil.rmtree(PROGRAM, ignore_errors=True)
    log = ROOT / "build" / "freeze.log"
    log.parent.mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": str(epoch())}
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean",
               "--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build"),
               str(ROOT / "packaging" / "wayside.spec")]  # fmt: skip
    with log.open("w", encoding="utf-8") as file:
        done = subprocess.run(
            command, check=False, env=environment, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT
        )
    if done.returncode:
        sys.stderr.write("\n".join(log.read_text("utf-8", "replace").splitlines()[-30:]) + "\n")
        raise SystemExit(f"PyInstaller stopped; the whole log is {log}")


def strip_interpreter() -> None:
    """Take the debugging symbols out of the interpreter's library, where it still has them.

    Only out of this one: those of the wheels are stripped already, and some of them do not
    survive it twice.
    """
    strip = shutil.which("strip")
    for library in (PROGRAM / "_internal").glob("libpython*.so*"):
        if strip and not library.is_symlink():
            subprocess.run([strip, "--strip-unneeded", str(library)], check=True)


def settle(folder: Path, stamp: int) -> None:
    """Give every file and folder the same time and plain rights, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            os.utime(path, (stamp, stamp), follow_symlinks=False)
            continue
        runs = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if runs else 0o644)
        os.utime(path, (stamp, stamp))


def size(folder: Path) -> int:
    """The bytes of all files below a folder, each counted once."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def main() -> None:
    """Freeze, strip, settle, and tell."""
    began = time.monotonic()
    freeze()
    strip_interpreter()
    settle(PROGRAM, epoch())
    count = sum(1 for path in PROGRAM.rglob("*") if path.is_file())
    took = time.monotonic() - began
    print(f"{PROGRAM.relative_to(ROOT)}: {size(PROGRAM) / 1e6:.0f} MB, {count} files, {took:.0f} s")


if __name__ == "__main__":
    main()
