"""Composition root of the window."""

from app.main.opened import Opened
from app.main.program import Program
from app.main.run import run_window
from app.main.shot import Shot

__all__ = ["Opened", "Program", "Shot", "run_window"]
