"""Every test: no home but its own, no unexpected warning in the log, no task left behind."""

from __future__ import annotations

import asyncio
import logging
import os
import threading

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Tests can never touch the user's home."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    return home


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record)


@pytest.fixture(autouse=True)
def unexpected_log(request):
    """A log record of WARNING or above from our code fails the test unless it expects one.

    A test that expects one takes the fixture ``expected_log`` and reads the records from it.
    """
    handler = _Records()
    logger = logging.getLogger("app")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)
    if "expected_log" not in request.fixturenames and handler.seen:
        texts = [record.getMessage() for record in handler.seen]
        pytest.fail(f"unexpected log records: {texts}")


@pytest.fixture
def expected_log(unexpected_log):
    """The records logged so far; taking this fixture allows them."""
    return unexpected_log.seen


@pytest.fixture
async def no_task_left():
    """No task and no non-daemon thread outlives the test that started it."""
    threads = set(threading.enumerate())
    yield
    left = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    assert not left, left
    # The loop's own default executor (asyncio_N) ends with the loop, after this fixture.
    late = [
        thread
        for thread in set(threading.enumerate()) - threads
        if not thread.daemon and not thread.name.startswith("asyncio_")
    ]
    assert not late, late
