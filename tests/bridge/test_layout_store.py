"""The layout comes back, and a damaged or foreign one starts anew without a word of harm."""

import pytest

from app.bridge.layout_store import LayoutStore


def test_what_is_saved_comes_back(tmp_path):
    file = tmp_path / "layout.json"
    store = LayoutStore(file)
    store.set("live", {"plots": "计划", "docks": "abc"})
    store.save()
    assert LayoutStore(file).get("live") == {"plots": "计划", "docks": "abc"}
    assert [path.name for path in tmp_path.glob("layout*")] == ["layout.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 100_000, "[1]", "null", '{"version": 99, "parts": {"live": {"a": "b"}}}'],
)
def test_another_file_starts_anew(tmp_path, text):
    file = tmp_path / "layout.json"
    file.write_text(text)
    assert LayoutStore(file).get("live") == {}


def test_a_folder_that_cannot_be_written_loses_the_layout_only(tmp_path):
    store = LayoutStore(tmp_path / "missing" / "layout.json")
    store.set("live", {"plots": ""})
    store.save()
    assert store.get("live") == {"plots": ""}
