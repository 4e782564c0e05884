"""The history bench runs, and each line carries what was measured beside its limit."""

from app.bench import history


def test_quick_history_bench_measures_every_work(monkeypatch):
    monkeypatch.setattr(history, "DAY", 3600)
    lines = []
    history.run(lines.append, quick=True)
    works = [line.work for line in lines]
    assert len(works) == len(set(works)) == 6
    for line in lines:
        assert line.bench == "history"
        assert line.value > 0
        assert line.limit > 0
        assert line.as_json()
