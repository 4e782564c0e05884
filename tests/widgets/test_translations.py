"""Every text of the window has its Chinese, and the compiled file is that of the sources."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "packaging" / "make_translations.py"


def test_translations_are_complete_and_current():
    spec = importlib.util.spec_from_file_location("make_translations", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.check() == [], "run: python packaging/make_translations.py"
