"""Programs of others that tests talk to; make setup installs them all."""

from __future__ import annotations

import shutil

import pytest


def program(name: str) -> str:
    """The path of a program; the test is skipped where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found
