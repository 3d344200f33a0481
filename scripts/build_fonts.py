"""Build our fonts from Be Vietnam Pro (OFL, no reserved font name): subset, tabular figures, our status marks.

The typeface has no tabular figures and no ◆ ▲ ●. A "tnum" feature gives all digits one width, so that live numbers do
not shift; this script draws the marks, so that screens without symbol fonts show them. Needs fonttools and brotli.

    python scripts/build_fonts.py FOLDER_WITH_TTF
"""

import math
import sys
from collections.abc import Sequence
from pathlib import Path

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

WEIGHTS = {"Regular": 400, "SemiBold": 600}
ROOT = Path(__file__).parent.parent
OUT = ROOT / "assets" / "fonts"
# typst reads no woff2
PAPER = ROOT / "present" / "brief" / "fonts"
FIGURE_WIDTH = 650
UNICODES = [
    *(*range(0x20, 0x7F), *range(0xA0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1EA0, 0x1EFA)),
    *(*range(0x300, 0x304), 0x306, 0x309, 0x31B, 0x323),
    *(*range(0x2010, 0x2027), 0x2030, 0x2032, 0x2033, 0x20AB, 0x20AC, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265),
]

Point = tuple[float, float]


def polygon(*points: Point) -> list[Sequence[Point]]:
    """One closed contour in font units."""
    return [points]


def circle(x: float, y: float, radius: float) -> list[Point]:
    """A circle of thirty-two points, round enough at every size used."""
    return [(x + radius * math.sin(i * math.pi / 16), y + radius * math.cos(i * math.pi / 16)) for i in range(32)]


MARKS: dict[str, tuple[int, list[Sequence[Point]]]] = {
    "◆": (760, polygon((380, 740), (720, 370), (380, 0), (40, 370))),
    "▲": (760, polygon((380, 700), (730, 40), (30, 40))),
    "▼": (760, polygon((380, 40), (30, 700), (730, 700))),
    "●": (700, [circle(350, 370, 280)]),
    "✓": (760, polygon((110, 370), (190, 440), (310, 310), (590, 640), (670, 570), (315, 150))),
    "→": (900, polygon(
        (80, 400), (660, 400), (470, 590), (530, 650), (820, 365), (530, 80), (470, 140), (660, 330), (80, 330),
    )),
    "↑": (740, polygon(
        (335, 30), (335, 610), (145, 420), (85, 480), (370, 770), (655, 480), (595, 420), (405, 610), (405, 30),
    )),
    "↓": (740, polygon(
        (335, 760), (405, 760), (405, 180), (595, 370), (655, 310), (370, 20), (85, 310), (145, 370), (335, 180),
    )),
    "✎": (860, [
        ((70, 30), (120, 250), (290, 80)),
        ((160, 290), (560, 690), (730, 520), (330, 120)),
        ((600, 730), (680, 800), (840, 640), (770, 560)),
    ]),
}  # fmt: skip


def draw_marks(font: TTFont, cmap: dict[int, str]) -> None:
    """Add the status marks and map them in ``cmap``."""
    for mark, (width, contours) in MARKS.items():
        pen = TTGlyphPen(None)
        for contour in contours:
            pen.moveTo(contour[0])
            for point in contour[1:]:
                pen.lineTo(point)
            pen.closePath()
        add_glyph(font, f"mark.{ord(mark):04X}", pen, width)
        cmap[ord(mark)] = f"mark.{ord(mark):04X}"


def tabular_figures(font: TTFont, cmap: dict[int, str]) -> None:
    """Add digits of one width, chosen by the feature "tnum"; as new glyphs they have no kerning."""
    glyphs = font.getGlyphSet()
    names = [cmap[digit] for digit in range(ord("0"), ord("9") + 1)]
    for name in names:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(TransformPen(pen, (1, 0, 0, 1, (FIGURE_WIDTH - font["hmtx"][name][0]) / 2, 0)))
        add_glyph(font, f"{name}.tab", pen, FIGURE_WIDTH)
    rules = "".join(f"sub {name} by {name}.tab;" for name in names)
    addOpenTypeFeaturesFromString(font, f"languagesystem DFLT dflt; feature tnum {{ {rules} }} tnum;", tables=["GSUB"])


def add_glyph(font: TTFont, name: str, pen: TTGlyphPen, width: int) -> None:
    """Append one glyph with its advance width."""
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = pen.glyph()
    font["glyf"][name].recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, font["glyf"][name].xMin)


def build(source: Path, style: str) -> None:
    """Write one weight as woff2 for browsers and as ttf for the brief."""
    font = TTFont(source / f"BeVietnamPro-{style}.ttf")
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=UNICODES)
    subsetter.subset(font)
    cmap = dict(font.getBestCmap())
    draw_marks(font, cmap)
    for table in font["cmap"].tables:
        table.cmap = {code: name for code, name in cmap.items() if code < 0x10000}
    tabular_figures(font, cmap)
    font["maxp"].numGlyphs = len(font.getGlyphOrder())
    font.flavor = "woff2"
    font.save(OUT / f"be-vietnam-pro-{WEIGHTS[style]}.woff2")
    font.flavor = None
    font.save(PAPER / f"be-vietnam-pro-{WEIGHTS[style]}.ttf")


def main() -> None:
    """Build every weight."""
    source = Path(sys.argv[1])
    OUT.mkdir(parents=True, exist_ok=True)
    for style in WEIGHTS:
        build(source, style)


if __name__ == "__main__":
    main()
