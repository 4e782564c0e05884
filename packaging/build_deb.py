"""Make the Debian package from the frozen program: dist/wayside_VERSION_ARCHITECTURE.deb.

python packaging/build_deb.py     after packaging/build_program.py

The program goes to /opt/wayside, a link to it to /usr/bin; nothing runs at installation.
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

from build_program import PROGRAM, ROOT, epoch, settle, size

PARTS = ROOT / "packaging" / "linux"
ICONS = ROOT / "resources" / "icons"
PNG_SIZES = (48, 128, 256)
TILE, MARK = "#0B5C8C", "#FFFFFF"


def version() -> str:
    """``app.__version__``, read without importing the program."""
    tree = ast.parse((ROOT / "app" / "__init__.py").read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__":
            return str(ast.literal_eval(node.value))
    raise SystemExit("app/__init__.py has no __version__")


def icon_svg() -> str:
    """The mark of the program on a tile, so that it shows on a light and on a dark panel."""
    mark = (ICONS / "app.svg").read_text("utf-8")
    lines = mark[mark.index(">") + 1 : mark.rindex("</svg>")].replace("currentColor", MARK)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 36 36">'
        f'<rect width="36" height="36" rx="7" fill="{TILE}"/>'
        f'<g transform="translate(5.5 5.5)" fill="none" stroke="{MARK}" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{lines}</g></svg>\n'
    )


def write_icons(tree: Path) -> None:
    """The icon in the hicolor theme: drawn, and as pictures for desktops that want these."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    theme = tree / "usr/share/icons/hicolor"
    drawn = icon_svg()
    scalable = theme / "scalable/apps/wayside.svg"
    scalable.parent.mkdir(parents=True)
    scalable.write_text(drawn, "utf-8")
    renderer = QSvgRenderer(drawn.encode())
    for pixels in PNG_SIZES:
        image = QImage(pixels, pixels, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        file = theme / f"{pixels}x{pixels}/apps/wayside.png"
        file.parent.mkdir(parents=True)
        if not image.save(str(file)):
            raise SystemExit(f"{file} cannot be written")


def stage(tree: Path) -> None:
    """Everything the package puts on a machine, below ``tree``."""
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(PROGRAM, tree / "opt/wayside", symlinks=True)
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin/wayside").symlink_to("../../opt/wayside/wayside")
    for part, place in (
        ("wayside.desktop", "usr/share/applications"),
        ("copyright", "usr/share/doc/wayside"),
    ):
        (tree / place).mkdir(parents=True)
        shutil.copyfile(PARTS / part, tree / place / part)
    write_icons(tree)


def write_control(tree: Path, architecture: str) -> None:
    """The package's description and the check sums of its files."""
    control = tree / "DEBIAN"
    files = sorted(p for p in tree.rglob("*") if p.is_file() and not p.is_symlink())
    sums = [
        f"{hashlib.md5(p.read_bytes(), usedforsecurity=False).hexdigest()}  {p.relative_to(tree)}\n"
        for p in files
    ]
    kilobytes = -(-size(tree) // 1024)
    text = (PARTS / "control").read_text("utf-8")
    control.mkdir()
    (control / "md5sums").write_text("".join(sums), "utf-8")
    (control / "control").write_text(
        text.format(version=version(), architecture=architecture, installed=kilobytes), "utf-8"
    )


def main() -> None:
    """Stage, describe, pack, and tell."""
    if not shutil.which("dpkg-deb"):
        print("There is no dpkg-deb here, so no Debian package is made; dist/wayside is complete.")
        return
    if not PROGRAM.exists():
        raise SystemExit("dist/wayside is not there: run packaging/build_program.py first")
    began = time.monotonic()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    asked = subprocess.run(
        ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
    )
    architecture = asked.stdout.strip()
    tree = ROOT / "build" / "deb"
    stage(tree)
    write_control(tree, architecture)
    settle(tree, epoch())
    for old in (ROOT / "dist").glob("wayside_*.deb"):
        old.unlink()
    package = ROOT / "dist" / f"wayside_{version()}_{architecture}.deb"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch())}
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(package)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    took = time.monotonic() - began
    print(f"{package.relative_to(ROOT)}: {package.stat().st_size / 1e6:.1f} MB, {took:.0f} s")


if __name__ == "__main__":
    main()
