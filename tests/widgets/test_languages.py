"""The window speaks one language throughout, and what stands follows when another is chosen."""

from __future__ import annotations

import pytest

from app.core.errors import UserFacing
from tests.widgets.program import Running, run_program
from tests.widgets.showing import english, texts_of
from tests.widgets.test_window import data  # noqa: F401  # a folder with one pole

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_nothing_of_the_chinese_window_is_plain_english(qapp, data):  # noqa: F811
    async def play(running: Running) -> None:
        opened, found = running.opened, []
        window, page = opened.window, opened.connections
        for name in ("live", "connections", "commission"):
            window.show_page(name)
            found += texts_of(window)
        form = opened.models.session.form
        for scheme, _title in form.schemes():
            page.begin_new()
            form.set_scheme(scheme)
            found += texts_of(page)
        found += [("palette", command.title) for command in window.commands()]
        for entry in opened.models.entries():
            found += [("palette", entry.title), ("palette", entry.hint)]
        assert len(found) > 2000
        bad = english(found)
        assert not bad, "\n".join(map(str, bad))

    run_program(play, data, language="zh_CN")


def test_what_stands_is_said_in_the_language_chosen_now(qapp, data):  # noqa: F811
    broken = data / "profiles" / "mine.toml"
    broken.parent.mkdir()
    broken.write_text('[profile]\nid = "other"\n', "utf-8")

    async def refusal(running: Running) -> str:
        engine = running.opened.models.session.engine
        with pytest.raises(UserFacing) as caught:
            await engine.commands.undo("nothing", "somebody")
        return str(caught.value)

    async def play(running: Running) -> None:
        first = running.opened
        assert english([("refusal", await refusal(running))])
        (before,) = first.models.problems.standing()
        assert english([("title", before.title), ("action", before.action)])
        first.window.setting_chosen.emit("language", "zh_CN")
        await running.until(lambda: running.program.window is not first.window)
        opened = await running.program.opened()
        await running.until(lambda: running.program.window is opened.window)
        (now,) = opened.models.problems.standing()
        assert now.since == before.since
        texts = [now.title, now.detail.removeprefix(str(broken)), now.action]
        assert english([*(("problem", text) for text in texts)]) == []
        assert "缺少" in now.detail
        # What the engine says from now on, too: it outlives the window.
        assert english([("refusal", await refusal(running))]) == []

    run_program(play, data)
