"""Arrays straight to the painter: rectangles and lines without a Python object for each."""

from __future__ import annotations

import ctypes
from typing import cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPolygonF

Boxes = NDArray[np.float64]
"""Shape (n, 4), float64, contiguous: x, y, width, height, or x1, y1, x2, y2."""


def draw_rects(painter: QPainter, boxes: Boxes) -> None:
    """Fill rectangles (x, y, width, height) with the painter's brush."""
    if len(boxes):
        array = np.ascontiguousarray(boxes, dtype=np.float64)
        # A QRectF is four doubles, so the array's memory is an array of them.
        first = cast("QRectF", shiboken6.wrapInstance(array.ctypes.data, QRectF))
        painter.drawRects(first, len(array))


def draw_polyline(painter: QPainter, vertices: NDArray[np.float64]) -> None:
    """Draw one line through vertices, shape (n, 2)."""
    if len(vertices) < 2:
        return
    polygon = QPolygonF()
    polygon.resize(len(vertices))
    (address,) = shiboken6.getCppPointer(polygon.data())
    memory = (ctypes.c_double * vertices.size).from_address(address)
    np.ctypeslib.as_array(memory)[:] = vertices.reshape(-1)
    painter.drawPolyline(polygon)


def draw_lines(painter: QPainter, lines: Boxes) -> None:
    """Draw lines (x1, y1, x2, y2) with the painter's pen."""
    if len(lines):
        array = np.ascontiguousarray(lines, dtype=np.float64)
        first = cast("QLineF", shiboken6.wrapInstance(array.ctypes.data, QLineF))
        painter.drawLines(first, len(array))
