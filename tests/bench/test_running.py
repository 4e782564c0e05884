"""A benchmark says how busy the machine was, and ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

from app.bench.neighbours import BUSY_CORES, tree_s
from app.bench.running import run_bench
from tests.fakes.benches import Endless, Short, line


def test_each_line_tells_what_others_took():
    lines = []
    run_bench(Short, lines.append, lambda _: None, quick=True, longest_s=30)
    assert [each.work for each in lines] == ["first", "second"]
    assert lines[0].others == lines[1].others
    assert 0 <= lines[0].others <= os.cpu_count()
    assert all(each.busy == (each.others >= BUSY_CORES) for each in lines)
    assert not line("without a count").busy


def of_children():
    return tree_s() - time.process_time()


def test_what_a_child_takes_is_ours_while_it_lives_and_after():
    before = of_children()
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as child:
        deadline = time.monotonic() + 20
        while of_children() < before + 0.3:
            assert time.monotonic() < deadline
        child.kill()
    assert of_children() >= before + 0.28


def test_a_benchmark_that_does_not_end_is_ended():
    late = []
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with pytest.raises(SystemExit):
            run_bench(Endless, lambda _: None, late.append, quick=True, longest_s=0.1)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert late == [0.1]
