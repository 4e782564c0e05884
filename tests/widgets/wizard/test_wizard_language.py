"""The wizard during a job: nothing of it is plain English where the language is Chinese."""

from __future__ import annotations

import pytest

from app.bridge.preferences import Translation
from tests.widgets.showing import english, texts_of
from tests.widgets.wizard.bench import Bench, close_bench, open_bench, play
from tests.widgets.wizard.test_jobs import begin

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.timeout(120),
]
TYPED = {"Li Wei", "Post 1", "SP-0001"}


@pytest.fixture
def chinese(qapp):
    translation = Translation()
    translation.use("zh_CN")
    yield
    translation.use("en")


def shown(bench: Bench) -> str:
    evidence = bench.presenter.evidence
    return evidence.check if evidence else ""


def test_no_step_of_a_job_is_plain_english(qapp, chinese, tmp_path):
    async def scenario(simulator, url):
        simulator.inject("door_open@SP-0001/door")
        bench = await open_bench(tmp_path / "data", simulator, url, language="zh_CN")
        found = list(texts_of(bench.window))
        await begin(bench)
        await bench.until(lambda: bench.states()["door_closed/door"] == "fail")
        for step in [step.id for step in bench.view.steps]:
            bench.presenter.show_step(step)
            await bench.until(lambda: bench.view.step == step)  # noqa: B023
            await bench.until(lambda: bench.view.step_view().state != "running")
            found += texts_of(bench.window)
            checks = bench.view.of_step(step)
            for check in checks:
                found += [(check.id, text) for text in (check.text, check.danger, check.title)]
            for check in checks[:2]:
                bench.presenter.select(check.id)
                await bench.until(lambda: shown(bench) == check.id)  # noqa: B023
                evidence = bench.presenter.evidence
                found += [("basis", evidence.basis), ("evidence", evidence.title)]
        await close_bench(bench)
        bad = [(where, text) for where, text in english(found) if text not in TYPED]
        assert not bad, "\n".join(map(str, bad))

    play(qapp, scenario)
