"""Start the frozen program without a display, let it do its main job, and look at the result.

python3 packaging/smoke_test.py                            dist/wayside of this checkout
python3 packaging/smoke_test.py --program /usr/bin/wayside an installed one
python3 packaging/smoke_test.py --root DIR --program ...   one installed below DIR (by chroot)

It needs nothing but Python and the program; every step says what was seen, and the first that fails
ends the test with exit code 1.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sqlite3
import statistics
import struct
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WINDOW = (1366, 768)
BLANK_BYTES = 20_000
"""A window of that size without anything in it packs to a quarter of this."""


class Failure(SystemExit):
    """A step did not come out as it must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a run of the program ended."""

    code: int
    out: str
    err: str
    took_s: float


class Bench:
    """Runs the program in a folder of its own, without a display, here or below another root."""

    def __init__(self, program: str, root: Path | None, folder: Path) -> None:
        self.program = program
        self.root = root
        self.folder = folder
        place = f"/{folder.relative_to(root)}" if root else str(folder)
        self._environment = {
            "HOME": place,
            "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
        }
        self._place = place

    def command(self, command: Sequence[str], *, timeout_s: float = 120.0) -> Done:
        """Run any command in the folder."""
        began = time.monotonic()
        if self.root:
            words = [f"{name}={value}" for name, value in self._environment.items()]
            inside = ["sh", "-c", f'cd {self._place} && exec "$@"', "sh", *command]
            command = ["chroot", str(self.root), "/usr/bin/env", "-i", *words, *inside]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            cwd=self.folder,
            env=self._environment,
        )
        took_s = time.monotonic() - began
        return Done(code=done.returncode, out=done.stdout, err=done.stderr, took_s=took_s)

    def wayside(self, *arguments: str, code: int = 0) -> Done:
        """Run the program; any other exit code than the expected one is a failure."""
        done = self.command([self.program, *arguments])
        if done.code != code:
            text = f"wayside {' '.join(arguments)} ended with {done.code}, not {code}"
            raise Failure(f"FAIL {text}\n{done.out[-2000:]}{done.err[-4000:]}")
        if "Traceback" in done.err:
            raise Failure(f"FAIL wayside {' '.join(arguments)} printed a traceback\n{done.err}")
        return done


def say(step: str, text: str) -> None:
    """One line for a step that is good."""
    print(f"ok   {step}: {text}", flush=True)


def need(good: object, step: str, text: str) -> None:
    """Fail where something is not as it must be."""
    if not good:
        raise Failure(f"FAIL {step}: {text}")


def libraries(bench: Bench, home: Path) -> None:
    """Every library the program links to is in its folder or on the machine."""
    files = [p for p in home.rglob("*") if ".so" in p.name or p == home / "wayside"]
    files = [p for p in files if p.is_file() and not p.is_symlink()]
    prefix = str(bench.root) if bench.root else ""
    names = [str(path).removeprefix(prefix) for path in files]
    # The program tells the loader of its folder in the same way when it starts.
    inside = str(home / "_internal").removeprefix(prefix)
    done = bench.command(["env", f"LD_LIBRARY_PATH={inside}", "ldd", *names])
    missing = {line.split()[0] for line in done.out.splitlines() if "not found" in line}
    need(not missing, "libraries", f"not on this machine: {', '.join(sorted(missing))}")
    megabytes = sum(p.lstat().st_size for p in home.rglob("*") if not p.is_dir()) / 1e6
    say(
        "libraries",
        f"{len(names)} programs and libraries resolve; the folder has {megabytes:.0f} MB",
    )


def commands(bench: Bench) -> None:
    """The version, the examination of the machine, the faults of the simulator."""
    version = bench.wayside("--version").out.strip()
    need(version.startswith("wayside"), "version", version)
    say("version", version)
    findings = [json.loads(line) for line in bench.wayside("doctor", "--json").out.splitlines()]
    failed = [one["title"] for one in findings if one["verdict"] in ("fail", "blocked")]
    need(findings and not failed, "doctor", f"{failed}")
    say("doctor", f"{len(findings)} findings, none failed")
    faults = json.loads(bench.wayside("simulate", "--list-faults", "--json").out)
    need(faults, "faults", "none listed")
    say("faults", f"{len(faults)} listed")


def picture(step: str, file: Path) -> None:
    """The window was drawn, in its size, with something in it."""
    need(file.is_file(), step, f"{file} is not there")
    head = file.read_bytes()[:24]
    need(head[:8] == b"\x89PNG\r\n\x1a\n", step, f"{file} is no PNG")
    size = struct.unpack(">II", head[16:24])
    need(size == WINDOW, step, f"{size}, not {WINDOW}")
    length = file.stat().st_size
    need(length > BLANK_BYTES, step, f"{length} bytes: the window is empty")
    say(step, f"{size[0]} x {size[1]}, {length} bytes")


def demo(bench: Bench, seconds: float) -> None:
    """The main job: simulate, connect, record, tell, export, draw, and keep it all durable."""
    done = bench.wayside("--demo", "--for", f"{seconds:g}")
    out = bench.folder / "out"
    with (out / "export.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    devices = {row["device"] for row in rows}
    good = sum(row["quality"].lower() == "good" for row in rows)
    need(len(devices) > 1, "demo", f"rows of {devices} only")
    need(good > len(rows) / 2, "demo", f"{good} of {len(rows)} rows are good")
    say("demo", f"{len(rows)} rows of {len(devices)} devices exported in {done.took_s:.1f} s")
    picture("demo picture", out / "window.png")
    with closing(sqlite3.connect(out / "data" / "store.db")) as store:
        verdict = store.execute("PRAGMA integrity_check").fetchone()[0]
    need(verdict == "ok", "data folder", str(verdict))
    say("data folder", "the store is whole")
    again = json.loads(bench.wayside(
        "export", "--data", "out/data", "--out", "again.csv", "--json").out)  # fmt: skip
    need(again["rows"] >= len(rows), "read again", f"{again['rows']} of {len(rows)} rows")
    say("read again", f"{again['rows']} rows")
    evidence(bench, out)


def evidence(bench: Bench, out: Path) -> None:
    """Two commissioned assets: their reports, and the folder that their evidence is kept in.

    A proof is worth something only where a change is found: one byte of the store is altered.
    """
    reports = sorted(out.glob("*.pdf"))
    need(len(reports) == 2, "reports", f"{len(reports)} in {out}, not one a pole and one a sign")
    for report in reports:
        need(report.read_bytes()[:5] == b"%PDF-", "reports", f"{report.name} is no PDF")
    say("reports", ", ".join(f"{r.name} ({r.stat().st_size} bytes)" for r in reports))
    for report in reports:
        sealed = report.with_suffix(".json").relative_to(bench.folder)
        say(f"verify {sealed.name}", f"{proved(bench, str(sealed))} proofs")
    say("verify out/data", f"{proved(bench, 'out/data')} proofs")
    shutil.copytree(out / "data", bench.folder / "altered")
    place = alter(bench.folder / "altered" / "store.db")
    lines = bench.wayside("verify", "altered", "--json", code=1).out.splitlines()
    bad = [proof for line in lines if not (proof := json.loads(line))["ok"]]
    need(
        any("byte" in proof["at"] for proof in bad), "altered", f"byte {place} is not named: {bad}"
    )
    say("verify, altered", bad[0]["text"])


def proved(bench: Bench, path: str) -> int:
    """How many proofs of a report or a data folder are good; any other is a failure."""
    proofs = [json.loads(line) for line in bench.wayside("verify", path, "--json").out.splitlines()]
    kinds = [proof["id"] for proof in proofs]
    need("replayed" in kinds, f"verify {path}", f"nothing was judged again, only {kinds}")
    return len(proofs)


def alter(store: Path) -> int:
    """Change one byte of the newest attempt's record in the file; returns its place."""
    with closing(sqlite3.connect(store)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (data,) = opened.execute("SELECT data FROM attempt ORDER BY id DESC LIMIT 1").fetchone()
    whole = bytearray(store.read_bytes())
    place = whole.find(data[:64]) + 60
    need(place > 60, "altered", "the record does not lie in the file")
    whole[place] ^= 1
    store.write_bytes(whole)
    return place


def window(bench: Bench) -> None:
    """The window with the demo district beside it, in both languages."""
    for language in ("en", "zh_CN"):
        bench.wayside("--demo", "--data", f"window-{language}", "--language", language,
                      "--screenshot", f"{language}.png")  # fmt: skip
        picture(f"window {language}", bench.folder / f"{language}.png")
    pictures = [(bench.folder / f"{name}.png").read_bytes() for name in ("en", "zh_CN")]
    need(pictures[0] != pictures[1], "window zh_CN", "looks as the English one")


def times(bench: Bench, runs: int) -> None:
    """How long whole processes take, from the start to their end; the median of several."""
    for name, arguments in (
        ("--version", ("--version",)),
        ("doctor", ("doctor", "--json")),
        ("window drawn to a file", ("--safe", "--data", "out/data", "--screenshot", "again.png")),
    ):
        taken = [bench.wayside(*arguments).took_s for _ in range(runs)]
        say("time", f"{name}: {statistics.median(taken):.2f} s, median of {runs}")


def main() -> None:
    """Every step in order."""
    parser = argparse.ArgumentParser(description="Start the frozen program and see it work.")
    parser.add_argument("--program", default=str(ROOT / "dist" / "wayside" / "wayside"))
    parser.add_argument("--root", type=Path, help="a root below which the program is installed")
    parser.add_argument("--for", dest="seconds", type=float, default=8.0, help="of the demo")
    parser.add_argument("--runs", type=int, default=5, help="for each start time")
    parser.add_argument("--keep", type=Path, help="copy what the demo left to this folder")
    given = parser.parse_args()
    root = given.root.resolve() if given.root else None
    there = (root / "tmp") if root else None
    real = Path(given.program).resolve() if root is None else _inside(root, given.program)
    need(real.is_file(), "program", f"{real} is not there")
    with tempfile.TemporaryDirectory(prefix="wayside-smoke-", dir=there) as folder:
        bench = Bench(given.program, root, Path(folder).resolve())
        libraries(bench, real.parent)
        commands(bench)
        demo(bench, given.seconds)
        window(bench)
        times(bench, given.runs)
        if given.keep:
            shutil.copytree(folder, given.keep, dirs_exist_ok=True)
    print("The frozen program works.")


def _inside(root: Path, program: str) -> Path:
    """The file a program's name leads to below another root, its link followed there."""
    path = root / program.lstrip("/")
    while path.is_symlink():
        target = path.readlink()
        path = root / str(target).lstrip("/") if target.is_absolute() else path.parent / target
    return path.resolve()


if __name__ == "__main__":
    main()
