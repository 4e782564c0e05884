"""The audit service: entries of here and now, anchors beside the store, flaws in words."""

import itertools

from app.services.audit import Audit, flaw_text
from app.settings import Texts
from app.store.opening import open_store
from app.store.records_chain import ChainFlaw, Flaw


async def test_entries_anchors_and_what_a_cut_looks_like(tmp_path) -> None:
    store = await open_store(f"sqlite://{tmp_path}/s.db")
    times = itertools.count(10**18, 8 * 3600 * 10**9)
    audit = Audit(store.records, tmp_path / "anchors.txt", now_ns=lambda: next(times))
    await audit.anchor()
    assert audit.anchors() == []
    entry = await audit.record("Li", "sign_in", "console 1", result="ok")
    assert (entry.number, entry.who, entry.where) == (1, "Li", audit.where)
    await audit.anchor(daily=True)
    await audit.record("Li", "sign_out", "console 1")
    await audit.anchor(daily=True)
    assert [head.number for _, head in audit.anchors()] == [1]
    await audit.anchor(daily=True)
    assert [head.number for _, head in audit.anchors()] == [1, 2]
    await audit.anchor()
    assert len(audit.anchors()) == 2
    assert await audit.verify() == []
    with (tmp_path / "anchors.txt").open("a") as file:
        file.write(f"rubbish\n5 9 {'0' * 64}\n")
    (flaw,) = await audit.verify()
    assert (flaw.flaw, flaw.number, flaw.last) == (Flaw.TRUNCATED, 3, 9)
    await store.close()


def test_each_flaw_has_words_in_both_languages() -> None:
    for language in ("en", "zh_CN"):
        for kind in Flaw:
            text = flaw_text(ChainFlaw(flaw=kind, number=71, last=72), Texts(language))
            assert "71" in text
