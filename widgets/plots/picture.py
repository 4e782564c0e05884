"""The whole picture: on the screen, and as a PNG or SVG file by the same painter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from widgets.plots.paint_cursors import Overlay, paint_overlay
from widgets.plots.paint_curves import frame_budget, paint_curves
from widgets.plots.paint_frame import paint_frame
from widgets.plots.paint_marks import paint_gaps, paint_labels, paint_limits, paint_violated
from widgets.plots.scene import Scene
from widgets.plots.style import PlotStyle
from widgets.plots.text import Texts

PNG_SCALE = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """One frame with everything it takes to paint it."""

    scene: Scene
    style: PlotStyle
    texts: Texts
    overlay: Overlay
    no_data: str
    width: float
    height: float


def paint_picture(painter: QPainter, picture: Picture) -> None:
    """Paint all plots of a frame."""
    style, texts = picture.style, picture.texts
    painter.fillRect(QRectF(0, 0, picture.width, picture.height), QColor(style.background))
    budget = frame_budget(picture.scene)
    for plot in picture.scene.plots:
        paint_violated(painter, plot, style)
    paint_frame(painter, picture.scene, style, texts)
    for plot in picture.scene.plots:
        paint_limits(painter, plot, style)
        paint_curves(painter, plot, style, budget)
        paint_gaps(painter, plot, style, texts, picture.no_data)
        paint_labels(painter, plot, style, texts, picture.width)
    paint_overlay(painter, picture.scene, picture.overlay, style, texts)


def save_png(picture: Picture, path: Path) -> bool:
    """Write the picture at twice its size; False where the file cannot be written."""
    size = QSize(round(picture.width * PNG_SCALE), round(picture.height * PNG_SCALE))
    image = QImage(size, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(PNG_SCALE)
    painter = QPainter(image)
    paint_picture(painter, picture)
    painter.end()
    return bool(image.save(str(path)))


def save_svg(picture: Picture, path: Path, title: str) -> bool:
    """Write the picture as SVG; False where the file cannot be written."""
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setTitle(title)
    generator.setSize(QSize(round(picture.width), round(picture.height)))
    generator.setViewBox(QRectF(0, 0, picture.width, picture.height))
    painter = QPainter()
    if not painter.begin(generator):
        return False
    paint_picture(painter, picture)
    return painter.end()
