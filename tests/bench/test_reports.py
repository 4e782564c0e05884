"""Each benchmark of ingest runs in its quick form and prints lines of the published shape."""

import shutil

import pytest

from app.bench.peers import PATHS
from tests.cli.command import lines, run


@pytest.mark.slow
@pytest.mark.parametrize("name", ["latency", "memory"])
def test_a_quick_run_prints_whole_lines(name) -> None:
    if name == "latency" and shutil.which("mosquitto", path=PATHS) is None:
        pytest.skip("mosquitto is not installed")
    result = run("bench", name, "--quick", "--json", timeout=55)
    found = lines(result.stdout, "bench")
    assert {line["bench"] for line in found} == {name}
    assert "Traceback" not in result.stderr
    assert result.returncode == (0 if all(line["ok"] for line in found) else 1)
