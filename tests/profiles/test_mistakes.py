"""What is wrong in a data file is said in the user's language; the place stays."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from app.core.errors import ProfileError, UserFacing
from app.profiles.loader import load_profile
from app.profiles.mistakes import not_toml
from app.services.connection_file import ConnectionFileError, parse
from app.settings import Texts
from app.wording import reworded, said_in
from tests.profiles.making import write
from tests.profiles.test_loader import BROKEN, MISTAKES

APP = Path(__file__).parents[2] / "app"
CHINESE = Texts("zh_CN")
NAMED = {"Problem": 1, "file_mistake": 0, "_wrong": 0, "_words": 0}
"""Calls that name a text of files.toml, and which argument does."""


@pytest.mark.parametrize(
    "text",
    [pytest.param(case[1], id=case[0]) for case in (*MISTAKES, *BROKEN)],
)
def test_a_mistake_is_said_in_chinese_at_the_same_place(tmp_path, text):
    path = write(tmp_path, text)
    with pytest.raises(ProfileError) as caught, said_in(CHINESE):
        load_profile(path)
    error = caught.value
    assert str(error).startswith(f"{error.place}: ")
    assert re.search("[一-鿿]", error.mistake)
    sentence = re.sub(r"“[^”]*”|\"[^\"]*\"|\{\w+\}", "", error.mistake)
    assert not re.search(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", sentence), error.mistake


def test_a_broken_list_of_connections_is_said_in_chinese():
    content = b'version = 1\nconnections = 1\n[[connection]]\nname = 3\nurl = ""\n'
    for data in (content, b"version = 7\n", b"\xff", b"a = [\n", b"version = 1\n"):
        with pytest.raises(ConnectionFileError) as caught:
            parse(data)
        assert re.search("[一-鿿]", str(reworded(caught.value, CHINESE)))


def test_each_mistake_that_the_code_names_has_its_text():
    known = Texts()
    seen = set()
    for folder in ("profiles", "commissioning", "services"):
        for path in (APP / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                at = NAMED.get(getattr(getattr(node, "func", None), "id", ""))
                if at is None or len(node.args) <= at:
                    continue
                name = getattr(node.args[at], "value", None)
                if isinstance(name, str):
                    whole = f"files.grade.{name}" if "grades" in path.name else f"files.{name}.seen"
                    assert known.get(whole) != whole, (path, name)
                    seen.add(name)
    assert len(seen) > 40


def test_what_the_parser_says_is_said_in_chinese():
    texts = ("a", "a =", 'a = "x', "a = [1", "= 1", "a = 1\na = 2", "a = 'x' b", "[a",
             "a = 2026-13-01", 'a = "\\q"', 'a = "\\ud800"', 'a = "\x01"', "a = {b = 1",
             "a.b = 1\n[a]", "a = x")  # fmt: skip
    for text in texts:
        with pytest.raises(tomllib.TOMLDecodeError) as caught:
            tomllib.loads(text)
        said = not_toml(caught.value, text).said(CHINESE)
        assert not re.search(r"[A-Za-z]+ [A-Za-z]+", said.replace("TOML", "")), (text, said)
        assert "1 行" in said or "2 行" in said, (text, said)


def test_an_answers_file_names_the_line(tmp_path):
    from app.headless.answers import answerer

    path = tmp_path / "answers.toml"
    path.write_text('right_head = "lamp1"\nx = \n', "utf-8")
    with pytest.raises(UserFacing) as caught:
        answerer(str(path), "SP-0001")
    assert "line 2" in caught.value.cause
    assert "第 2 行" in reworded(caught.value, CHINESE).cause
