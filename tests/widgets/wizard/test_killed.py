"""kill -9 of the whole process in the middle of a field: the next one is at the same place."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from app.simulator.options import MODBUS_TCP, SimulatorOptions
from app.simulator.run import FieldSimulator

pytestmark = pytest.mark.timeout(120)
ROOT = Path(__file__).parents[3]


async def run_until_told(data: Path, url: str, does: str) -> dict[str, str]:
    """Run a window until it tells where it is, and kill it there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.widgets.wizard.killed", str(data), url, does,
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(50):
            told = await process.stdout.readline()
    finally:
        process.kill()
        await process.wait()
    assert process.returncode == -9
    return json.loads(told)


async def test_a_killed_process_is_taken_up_at_the_same_control_with_what_was_typed(tmp_path):
    simulator = FieldSimulator(SimulatorOptions(poles=1, signs=0, protocols=(MODBUS_TCP,)))
    ready = await simulator.start()
    url = ready.assets[0].links[MODBUS_TCP]
    try:
        before = await run_until_told(tmp_path / "data", url, "begin")
        assert before["text"] == "21.5"
        assert before["step"] == "environment"
        assert await run_until_told(tmp_path / "data", url, "resume") == before
    finally:
        await simulator.stop()
