"""Nothing is cut or lies over another: 1366x768, the least screen, both languages, longer words."""

from __future__ import annotations

import asyncio
import math
import re
from itertools import combinations

import pytest
from PySide6.QtCore import QCoreApplication, QSize, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from tests.widgets.program import Running, run_program
from tests.widgets.test_window import data  # noqa: F401  # a folder with one pole
from widgets.base.key_button import KeyButton
from widgets.main_window import LEAST

PAGES = ("live", "connections", "commission")
LAPTOP = QSize(1366, 768)
LONGER = 0.35
PLACES = re.compile(r"\{\d+\}|\t.*$")
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Pseudo(QTranslator):
    """Every text of the window with letters put in, so that it is 35 % longer."""

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's
        return False

    def translate(self, context, text, disambiguation=None, n=-1):
        del context, disambiguation, n
        letters = [at for at, letter in enumerate(PLACES.sub("", text)) if letter.isalpha()]
        return text + "ö" * math.ceil(LONGER * len(letters)) if letters else ""


@pytest.fixture
def pseudo(qapp):
    translator = Pseudo()
    QCoreApplication.installTranslator(translator)
    yield translator
    QCoreApplication.removeTranslator(translator)


def cut(widget: QWidget) -> str:
    """What of the widget's text has no room, in words; empty where all of it is seen."""
    size, wanted = widget.size(), widget.sizeHint()
    if isinstance(widget, KeyButton):
        wanted = widget.minimumSizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        high = widget.heightForWidth(widget.width())
        return f"{high} high in {size.height()}" if high > size.height() + 1 else ""
    if isinstance(widget, QLabel | QAbstractButton) and widget.text():
        narrow = wanted.width() > size.width() + 1 or wanted.height() > size.height() + 1
        return f"{wanted.toTuple()} in {size.toTuple()}" if narrow else ""
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        box, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = widget.style().subControlRect(box, option, field, widget).width() - 4
        shown = widget.fontMetrics().horizontalAdvance(widget.currentText())
        return f"{shown} in {room}" if shown > room else ""
    return ""


def crowded(window: QWidget) -> list[str]:
    """Every text that is cut, and every pair of siblings that lie over each other."""
    seen = [each for each in window.findChildren(QWidget) if each.isVisible()]
    found = []
    for each in seen:
        if words := cut(each):
            text = each.currentText() if isinstance(each, QComboBox) else each.text()
            found.append(f"{type(each).__name__} {text!r}: {words}")
    parents = {each.parentWidget() for each in seen}
    for parent in parents - {window, None}:
        if parent.layout() is None:
            continue
        inside = [parent.layout().itemAt(n).widget() for n in range(parent.layout().count())]
        boxes = [each for each in inside if each is not None and each.isVisible()]
        found += [
            f"{type(one).__name__} over {type(other).__name__}"
            for one, other in combinations(boxes, 2)
            if one.geometry().intersects(other.geometry())
        ]
    return found


def look_at_every_page(
    data,  # noqa: F811
    *,
    language="en",
    field=False,
    size=LAPTOP,
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}

    async def play(running: Running) -> None:
        if field:
            before = running.opened.window
            before.setting_chosen.emit("size", "field")
            await running.until(lambda: running.program.window is not before)
        opened = await running.program.opened()
        await running.until(lambda: running.program.window is opened.window)
        opened.window.resize(size)
        for page in PAGES:
            opened.window.show_page(page)
            if page == "connections":
                opened.connections.select("Pole")
                opened.connections.begin_edit()
            await running.until(lambda: opened.window.size() == size)
            for _ in range(20):
                await asyncio.sleep(0)
            found[page] = crowded(opened.window)

    run_program(play, data, language=language)
    return {page: each for page, each in found.items() if each}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("field", [False, True], ids=["desk", "field"])
def test_nothing_is_cut(qapp, data, language, field):  # noqa: F811
    assert look_at_every_page(data, language=language, field=field) == {}


def test_nothing_is_cut_on_the_least_screen(qapp, data):  # noqa: F811
    assert look_at_every_page(data, size=QSize(*LEAST)) == {}


def test_nothing_is_cut_where_words_are_longer(pseudo, data):  # noqa: F811
    assert look_at_every_page(data) == {}
