"""The demo without a display: the main job end to end, and what it leaves behind."""

import asyncio
import subprocess
import sys

import pytest

from app.commissioning.verifying import verify
from app.commissioning.verifying_folder import verify_folder
from app.settings import Texts
from tests.cli.command import environment

RUN = """
import sys
from pathlib import Path
import click
from app.headless.demo import DemoOptions, run_demo
from app.headless.stopping import Stop, run
from app.settings import Texts
out, stop = Path(sys.argv[1]), Stop()
changes = {
    "environment_window_s": 6,
    "messages_window_s": 12,
    "stable_window_s": 20,
    "silence_s": 4,
    "ramp_looks": 2,
    "ramp_looks_last": 2,
    "reply_network_ms": 2000,  # Other tests share the machine: nothing is learnt from times here.
}
options = DemoOptions(out=out, data=out / "data", texts=Texts(), for_s=4, changes=changes)
sys.exit(0 if run(run_demo(options, click.echo, stop), stop) else 1)
"""


@pytest.mark.peer
@pytest.mark.slow
@pytest.mark.timeout(200)
def test_the_demo_connects_records_commissions_and_leaves_its_results(tmp_path) -> None:
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(out)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=190,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SP-0001/lamp1/lamp_power" in done.stdout
    assert "Not connected" not in done.stdout
    assert "Traceback" not in done.stderr
    assert (out / "window.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert (out / "export.csv").read_text("utf-8").count("lamp1_power") >= 3
    assert (out / "data" / "connections.toml").is_file()
    assert (out / "data" / "store.db").stat().st_size > 100_000
    for asset in ("SP-0001", "TS-0001"):
        assert (out / f"{asset}.pdf").read_bytes()[:5] == b"%PDF-"
        assert len((out / f"{asset}.csv").read_text("utf-8-sig").splitlines()) > 20
        proofs = verify((out / f"{asset}.json").read_bytes(), Texts("en"))
        assert [proof.text for proof in proofs if not proof.good] == []
    proofs = asyncio.run(verify_folder(out / "data", Texts("en")))
    assert [proof.text for proof in proofs if not proof.good] == []
    assert sum(proof.id == "replayed" for proof in proofs) == 2
    assert "SP-0001     commissioned  " in done.stdout
