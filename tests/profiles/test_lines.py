"""The line index finds every key wherever TOML lets it stand."""

import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.profiles.lines import LineIndex

TEXT = '''\
# a comment with [brackets] and "quotes
top = 1
dotted.key."quoted key" = 2
[table] # one
inline = { a = 1, b = { c = [1, { d = 2 }] }, "e.f" = 'x' }
text = """
[not a table]
key = "no"
a \\""" b ""c"""
raw = \'\'\'
[[nor this]]''\'\'\'
list = [
  "one", # first
  [2,
   3],
  { deep = 4 },
]
date = 1979-05-27 07:32:00
[[array]]
id = 1
[[array.inner]]
id = 2
[array.inner.sub]
id = 3
[[array]]
id = 4
  [[ array . inner ]]
id = 5
'''


def test_every_kind_of_place():
    assert tomllib.loads(TEXT)
    index = LineIndex(TEXT)
    wanted = {
        ("top",): 2,
        ("dotted", "key", "quoted key"): 3,
        ("table",): 4,
        ("table", "inline", "a"): 5,
        ("table", "inline", "b", "c", 1, "d"): 5,
        ("table", "inline", "e.f"): 5,
        ("table", "text"): 6,
        ("table", "raw"): 10,
        ("table", "list"): 12,
        ("table", "list", 0): 13,
        ("table", "list", 1): 14,
        ("table", "list", 1, 1): 15,
        ("table", "list", 2, "deep"): 16,
        ("table", "date"): 18,
        ("array",): 19,
        ("array", 0): 19,
        ("array", 0, "inner", 0, "id"): 22,
        ("array", 0, "inner", 0, "sub", "id"): 24,
        ("array", 1): 25,
        ("array", 1, "id"): 26,
        ("array", 1, "inner", 0): 27,
        ("array", 1, "inner", 0, "id"): 28,
    }
    assert {path: index.line(path) for path in wanted} == wanted


def test_what_is_not_there_is_on_the_line_of_its_table():
    index = LineIndex(TEXT)
    assert index.line(("array", 1, "nothing", "here")) == 25
    assert index.line(("nothing",)) == 1


keys = st.sampled_from(["a", "b", '"c d"', "'e.f'", "9", "x-y"])
strings = st.sampled_from(['"s"', "'r'", '"""m\nn"""', "'''o\n\n'''", '"\\"]"', '""'])
values = st.recursive(
    st.one_of(strings, st.sampled_from(["1", "true", "-1.5e3", "1979-05-27T07:32:00Z", "[]"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "]"),
        st.lists(inner, max_size=2).map(
            lambda items: "{" + ", ".join(f"k{at} = {item}" for at, item in enumerate(items)) + "}"
        ),
    ),
    max_leaves=6,
)
pairs = st.tuples(keys, values).map(" = ".join)
headers = keys.flatmap(lambda key: st.sampled_from([f"[t{key.strip(chr(34))[0]}]", f"[[l.{key}]]"]))
documents = st.lists(st.one_of(pairs, headers, st.just("# ["), st.just("")), max_size=12)


def _places(value: Any, path=()):
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _places(inner, (*path, at))


@settings(max_examples=300, deadline=None)
@given(documents)
def test_any_accepted_text_has_a_line_for_every_place(lines):
    text = "\n".join(lines)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    index = LineIndex(text)
    rows = text.split("\n")
    for path in _places(document):
        assert path in index._lines, path
        if isinstance(path[-1], str):
            assert path[-1] in rows[index.line(path) - 1]
        else:
            assert index.line(path) >= index.line(path[:-1])
