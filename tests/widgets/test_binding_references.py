"""A Qt binding that loses references to True and None kills the process under a live stream.

PySide6 6.12.0 on CPython 3.11 does. Each probe is a process of its own: a loss ends it.
"""

import os
import subprocess
import sys

import pytest

EMIT = """
import sys
from PySide6.QtCore import QObject, Signal
class Source(QObject):
    fired = Signal(int)
source, before = Source(), sys.getrefcount(True)
for i in range(200):
    source.fired.emit(i)
sys.exit(before - sys.getrefcount(True) > 50)
"""
EVENTS = """
import sys
from PySide6.QtCore import QCoreApplication
app, before = QCoreApplication([]), sys.getrefcount(None)
for _ in range(200):
    app.processEvents()
sys.exit(before - sys.getrefcount(None) > 50)
"""
SOAK = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, Signal
class Source(QObject):
    fired = Signal(int)
app, source = QCoreApplication([]), Source()
none, true = sys.getrefcount(None), sys.getrefcount(True)
for _ in range(200_000):
    app.processEvents()
for i in range(50_000):
    source.fired.emit(i)
sys.exit(none - sys.getrefcount(None) > 50 or true - sys.getrefcount(True) > 50)
"""


@pytest.mark.parametrize("probe", [EMIT, EVENTS, SOAK], ids=["emit", "events", "soak"])
def test_binding_keeps_references(probe: str) -> None:
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", probe], check=False, env=env, timeout=50)
    assert done.returncode == 0
