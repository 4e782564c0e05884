"""A store of one's own, closed at the end."""

import pytest

from app.settings import _limits
from app.store.opening import open_store


@pytest.fixture
async def store(tmp_path):
    opened = await open_store(f"sqlite://{tmp_path}/samples.db")
    yield opened
    await opened.close()


@pytest.fixture
def small_chunks(monkeypatch):
    """A few rows fill a chunk and a few chunks a roll-up, so little data reach every path."""
    small = {"chunk_rows": 8, "rollup_chunks": 3, "rollup_fan": 2, "rollup_samples": 2}
    for name, value in (small | {"segments": 3, "direct_rows": 40}).items():
        monkeypatch.setitem(_limits("store"), name, float(value))
