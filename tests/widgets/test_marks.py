"""Marks and priorities are told apart without colour, and by colour with every kind of eye."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from widgets.base import marks
from widgets.base.tokens import LIGHT, PALETTES
from widgets.wizard import verdicts

SIZE, LEAST_DISTANCE, LEAST_OTHER = 32, 15.0, 0.2
# Machado, Oliveira, Fernandes 2009: severity 1.0, on linear RGB.
EYES = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
WHITE = np.array([0.95047, 1.0, 1.08883])


def lab(color: str, eyes: str) -> tuple[float, float, float]:
    """CIELAB (D65) of a colour as such eyes see it."""
    parts = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.array(EYES[eyes]) @ linear, 0, 1) / WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def distance(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """CIEDE2000."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean7 = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - math.sqrt(mean7 / (mean7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = math.degrees(math.atan2(b1, a1)) % 360, math.degrees(math.atan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dl, dc = l2 - l1, c2 - c1
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    lm, cm, hm = (l1 + l2) / 2, (c1 + c2) / 2, (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    waves = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    t = 1 + sum(size * math.cos(math.radians(n * hm + at)) for size, n, at in waves)
    sl = 1 + 0.015 * (lm - 50) ** 2 / math.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    around = 30 * math.exp(-(((hm - 275) / 25) ** 2))
    rt = -2 * math.sqrt(cm**7 / (cm**7 + 25**7)) * math.sin(math.radians(2 * around))
    parts = (dl / sl, dc / sc, dh / sh)
    return math.sqrt(sum(part * part for part in parts) + rt * parts[1] * parts[2])


def test_the_distance_is_that_of_the_published_pairs():
    # Sharma, Wu, Dalal 2005, table 1: pairs 1, 7 and 17.
    assert distance((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert distance((50, 0, 0), (50, -1, 2)) == pytest.approx(2.3669, abs=1e-4)
    assert distance((50, 2.5, 0), (73, 25, -18)) == pytest.approx(27.1492, abs=1e-4)


@pytest.mark.parametrize("eyes", EYES)
def test_priorities_are_told_apart_by_every_kind_of_eye(eyes):
    colors = [lab(color, eyes) for color in LIGHT.priorities]
    assert min(distance(*pair) for pair in combinations(colors, 2)) >= LEAST_DISTANCE


def grey(mark: marks.Mark, theme: str) -> np.ndarray:
    """The mark without colour, as shares of ink."""
    picture = QImage(SIZE, SIZE, QImage.Format.Format_Grayscale8)
    picture.fill(Qt.GlobalColor.white if theme == "light" else Qt.GlobalColor.black)
    painter = QPainter(picture)
    painter.scale(SIZE / 16, SIZE / 16)
    marks.draw(mark, painter, QRectF(0, 0, 16, 16), PALETTES[theme])
    painter.end()
    bits = np.frombuffer(picture.constBits(), np.uint8).reshape(SIZE, picture.bytesPerLine())
    share = bits[:, :SIZE] / 255
    return 1 - share if theme == "light" else share


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(
    "family",
    [marks.STEP_MARKS, verdicts.MARKS, {n: marks.LINK_MARKS[n] for n in ("connected", "closed",
     "silent", "failed")}, marks.ROLE_MARKS],
    ids=["steps", "verdicts", "links", "roles"],
)  # fmt: skip
def test_marks_differ_in_shape_without_colour(qapp, family, theme):
    drawn = {name: grey(mark, theme) for name, mark in family.items()}
    alike = [
        (one, other)
        for one, other in combinations(drawn, 2)
        if np.abs(drawn[one] - drawn[other]).sum()
        < LEAST_OTHER * (drawn[one].sum() + drawn[other].sum()) / 2
    ]
    assert not alike
