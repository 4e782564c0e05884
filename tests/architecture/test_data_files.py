"""Data files keep their promises: limits have sources, both languages say the same."""

import re
import tomllib
from pathlib import Path

import pytest

from app.settings import Texts, limit

RESOURCES = Path(__file__).parents[2] / "resources"
LIMITS = sorted((RESOURCES / "limits").glob("*.toml"))
TEXTS = sorted((RESOURCES / "i18n/en").glob("*.toml"))


def _flat(table, prefix=""):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


@pytest.mark.parametrize("path", LIMITS, ids=lambda p: p.name)
def test_each_limit_has_value_unit_and_source(path):
    for name, entry in tomllib.loads(path.read_text("utf-8")).items():
        # What a check is judged by is shown with its source in both languages.
        shown = {"source_zh"} if path.stem == "commissioning" else set()
        assert set(entry) == {"value", "unit", "source"} | shown, name
        assert isinstance(entry["value"], int | float), name
        assert len(entry["source"]) > 8, name
        assert limit(path.stem, name) == entry["value"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.name)
def test_both_languages_have_the_same_keys_and_placeholders(path):
    english = dict(_flat(tomllib.loads(path.read_text("utf-8"))))
    other = RESOURCES / "i18n/zh_CN" / path.name
    chinese = dict(_flat(tomllib.loads(other.read_text("utf-8"))))
    assert set(english) == set(chinese)
    for key, text in english.items():
        assert set(re.findall(r"{(\w*)", text)) == set(re.findall(r"{(\w*)", chinese[key])), key


def test_no_language_has_an_area_of_its_own():
    assert {p.name for p in TEXTS} == {p.name for p in (RESOURCES / "i18n/zh_CN").glob("*.toml")}


def test_a_key_without_text_shows_itself():
    assert Texts("zh_CN").get("links.no_such_key") == "links.no_such_key"
