"""Line icons tinted from the palette."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.bridge.resources import icon_svg


@lru_cache(maxsize=256)
def pixmap(name: str, color: str, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """An icon in one colour, ``size`` logical pixels wide."""
    source = icon_svg(name).replace("currentColor", color)
    renderer = QSvgRenderer(QByteArray(source.encode()))
    picture = QPixmap(QSize(size, size) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def icon(name: str, color: str, size: int = 24) -> QIcon:
    """An icon for Qt's own widgets, at one and two device pixels."""
    made = QIcon(pixmap(name, color, size))
    made.addPixmap(pixmap(name, color, size, 2.0))
    return made
