"""Cut the bundled fonts out of the full Noto families; run by hand when texts gain characters.

    apt-get download fonts-noto-core fonts-noto-extra fonts-noto-mono fonts-noto-cjk
    for f in *.deb; do dpkg-deb -x $f noto; done
    python packaging/make_fonts.py noto/usr/share/fonts

The subsets get family names of their own, so that a full Noto on the machine can never mix with
them. Noto is under the SIL Open Font License 1.1 without a reserved name (resources/fonts/OFL.txt).
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

ROOT = Path(__file__).parents[1]
OUT = ROOT / "resources" / "fonts"
SYMBOLS = "≤≥−→←↑↓↷Δ∆µμΩ³²¹⁻✕✓✗▷●○◔◆▲■▼△⛔⏲…·°℃‰±×÷½¼¾–—‘’“”•€№∞≈≠√∑∿⌕⚠⌘⇧⏎␣‹›«»"
CJK_SYMBOLS = "、。〃《》〈〉「」『』【】〔〕〖〗！（），．：；？％＋－～／＝｜　℃①②③④⑤⑥⑦⑧⑨⑩"
TEXT_SUFFIXES = {".toml", ".ts", ".json"}


def latin() -> set[int]:
    """Latin-1, Latin Extended-A and the symbols of the window."""
    return set(range(0x20, 0x180)) | {ord(c) for c in SYMBOLS} | {0x2009, 0x202F, 0x2011}


def gb2312_level_1() -> set[int]:
    """The 3,755 common Chinese characters, rows 16 to 55 of GB 2312."""
    found: set[int] = set()
    for row in range(16, 56):
        for cell in range(1, 95):
            text = bytes([row + 0xA0, cell + 0xA0]).decode("gb2312", "ignore")
            found |= {ord(c) for c in text}
    return found


def used_in_the_project() -> set[int]:
    """Every non-Latin character that a text or data file of the project holds."""
    found: set[int] = set()
    for path in (ROOT / "resources").rglob("*"):
        if path.suffix in TEXT_SUFFIXES:
            found |= {ord(c) for c in path.read_text("utf-8") if ord(c) > 0x2E7F}
    return found


def rename(font: TTFont, family: str, style: str) -> None:
    """Give the subset its own names; the copyright and licence records stay."""
    names = font["name"]
    for record in (16, 17, 21, 22, 25):
        names.removeNames(nameID=record)
    full = f"{family} {style}"
    texts = {1: family, 2: style, 3: full, 4: full, 6: full.replace(" ", "")}
    for record, text in texts.items():
        names.removeNames(nameID=record)
        names.setName(text, record, 3, 1, 0x409)


def to_truetype(font: TTFont) -> None:
    """Turn cubic outlines into quadratic ones.

    Qt darkens the stems of cubic (CFF) fonts, which makes light text on a dark ground look bold
    beside the Latin font.
    """
    order = font.getGlyphOrder()
    glyphs = font.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, max_err=2.0, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, outlines
    font["maxp"].tableVersion = 0x00010000
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs",
                  "maxInstructionDefs", "maxStackElements", "maxSizeOfInstructions",
                  "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
                  "maxCompositeContours", "maxComponentDepth"):  # fmt: skip
        setattr(font["maxp"], field, 1 if field == "maxZones" else 0)
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    del font["CFF "]
    font.sfntVersion = "\000\001\000\000"


def same_height(font: TTFont) -> None:
    """The line of Noto Sans for every subset, so that a mixed text does not move up or down."""
    scale = font["head"].unitsPerEm / 1000
    up, down = round(1069 * scale), round(293 * scale)
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = up, -down, 0
    metrics = font["OS/2"]
    metrics.sTypoAscender, metrics.sTypoDescender, metrics.sTypoLineGap = up, -down, 0
    metrics.usWinAscent, metrics.usWinDescent = up, down


def cut(font: TTFont, characters: set[int], family: str, style: str, name: str) -> None:
    """Write one subset file."""
    options = subset.Options()
    options.hinting = False
    options.name_IDs = [0, 5, 13, 14]
    options.name_languages = [0x409]
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"]
    options.notdef_outline = True
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    if "CFF " in font:
        to_truetype(font)
    same_height(font)
    rename(font, family, style)
    target = OUT / name
    font.save(target)
    print(
        f"{target.relative_to(ROOT)}: {len(font.getBestCmap())} characters, "
        f"{target.stat().st_size // 1024} KiB"
    )


def collection_member(path: Path, family: str) -> TTFont:
    """The member of a font collection by its family name."""
    for font in TTCollection(path).fonts:
        if font["name"].getDebugName(1).startswith(family) or (
            font["name"].getDebugName(16) == family
        ):
            return font
    raise SystemExit(f"{path} has no {family}")


def main() -> None:
    """Cut all subsets from the fonts below the folder given."""
    base = Path(sys.argv[1])
    for weight in ("Regular", "Medium", "SemiBold"):
        font = TTFont(next(base.rglob(f"NotoSans-{weight}.ttf")))
        cut(font, latin(), "Wayside Sans", weight, f"WaysideSans-{weight}.ttf")
    have = set(TTFont(OUT / "WaysideSans-Regular.ttf").getBestCmap())
    signs = TTFont(next(base.rglob("NotoSansSymbols2-Regular.ttf")))
    rest = {ord(c) for c in SYMBOLS} - have
    cut(signs, rest, "Wayside Signs", "Regular", "WaysideSigns-Regular.ttf")
    mono = TTFont(next(base.rglob("NotoSansMono-Regular.ttf")))
    cut(mono, latin(), "Wayside Mono", "Regular", "WaysideMono-Regular.ttf")
    chinese = gb2312_level_1() | used_in_the_project() | {ord(c) for c in CJK_SYMBOLS}
    for weight in ("Regular", "Bold"):
        path = next(base.rglob(f"NotoSansCJK-{weight}.ttc"))
        font = collection_member(path, "Noto Sans CJK SC")
        cut(font, chinese, "Wayside Sans SC", weight, f"WaysideSansSC-{weight}.ttf")


if __name__ == "__main__":
    main()
