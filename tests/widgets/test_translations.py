"""Every text of the window has its Chinese, and the compiled file is that of the sources."""

import importlib.util
from pathlib import Path

from PySide6.QtCore import QLibraryInfo
from PySide6.QtWidgets import QDialogButtonBox

from app.bridge.preferences import Translation

SCRIPT = Path(__file__).parents[2] / "packaging" / "make_translations.py"


def test_translations_are_complete_and_current():
    spec = importlib.util.spec_from_file_location("make_translations", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.check() == [], "run: python packaging/make_translations.py"


def test_qts_own_buttons_are_chinese_also_where_qt_does_not_find_its_texts(qapp, monkeypatch):
    monkeypatch.setattr(QLibraryInfo, "path", lambda _which: "/nowhere")
    translation = Translation()
    translation.use("zh_CN")
    try:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        assert [button.text() for button in box.buttons()] == ["取消"]
    finally:
        translation.use("en")
