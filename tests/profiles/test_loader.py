"""Every mistake in a file is named with table, key and line; a bad file loses no other."""

import os
from pathlib import Path

import pytest

from app.core.errors import ProfileError, UserFacing
from app.core.profiles import RegisterTable, WordOrder
from app.core.rows import ValueKind
from app.profiles.library import Library
from app.profiles.loader import load_asset_type, load_profile
from app.settings import RESOURCES
from tests.profiles.making import HEAD, POINT, write

# The head is lines 1 to 5, the point lines 7 to 11.
MISTAKES = [
    ("unknown key", HEAD + POINT + 'untis = "W"\n', "point[1]", "untis", 12, "unit"),
    ("unknown table", HEAD + POINT + "\n[mudbus]\n", "", "mudbus", 13, "modbus"),
    ("missing key", HEAD.replace('title = "Lamp"\n', "") + POINT, "profile", "title", 1, "missing"),
    ("wrong type", HEAD + POINT + 'every_s = "5"\n', "point[1]", "every_s", 12, "a number"),
    ("bool for number", HEAD + POINT + "every_s = true\n", "point[1]", "every_s", 12, "true"),
    ("nan", HEAD + POINT + "every_s = nan\n", "point[1]", "every_s", 12, "nan"),
    ("half", HEAD + POINT + "decimals = 1.5\n", "point[1]", "decimals", 12, "whole"),
    ("below", HEAD + POINT + "decimals = -1\n", "point[1]", "decimals", 12, "least, 0"),
    ("above", HEAD + POINT + "decimals = 99\n", "point[1]", "decimals", 12, "most, 9"),
    ("choice", HEAD.replace("lighting", "lightning") + POINT, "profile", "function", 4, "lighting"),
    ("pattern", HEAD + POINT.replace('"power"', '"Power"'), "point[1]", "id", 8, "form"),
    ("inline", HEAD + POINT.replace("input", "inputs"), "point[1].modbus", "table", 11, "input"),
    ("unit", HEAD + POINT.replace('"W"', '"Watt"'), "point[1]", "unit", 10, "units.toml"),
    ("twice", HEAD + POINT + POINT, "point[2]", "id", 14, "twice"),
    ("not the file", HEAD.replace('"lamp"', '"lump"') + POINT, "profile", "id", 2, "lamp"),
    ("range", HEAD + POINT + "range = { low = 5, high = 5 }\n", "point[1]", "range", 12, "below"),
    ("nowhere", HEAD + POINT.replace("modbus =", "# modbus ="), "", "point[1]", 7, "modbus"),
    ("label", HEAD + POINT + 'labels = { a = "on" }\n', "point[1].labels", "a", 12, "form"),
    ("no point", HEAD + "point = []\n", "profile", "point", 6, "unknown"),
    (
        "alarm",
        HEAD + POINT + '\n[[alarm]]\nid = "a"\npoint = "pover"\nwhen = "above"\nvalue = 1\n',
        "alarm[1]",
        "point",
        15,
        '"power"',
    ),
    (
        "read only",
        HEAD + POINT + '\n[[command]]\nid = "c"\npoint = "power"\n',
        "command[1]",
        "point",
        15,
        "written",
    ),
    (
        "effect",
        HEAD + POINT + '\n[[command]]\nid = "c"\npoint = "power"\n[command.effect]\n'
        'point = "none"\n',
        "command[1]",
        "point",
        15,
        "written",
    ),
    (
        "effect list",
        HEAD
        + POINT.replace('"input"', '"holding"')
        + 'access = "rw"\n\n[[command]]\nid = "c"\npoint = "power"\n'
        + "[command.effect]\nabove = [1]\n",
        "command[1].effect",
        "above",
        18,
        "text or a number",
    ),
    ("topic", HEAD + POINT + '\n[mqtt]\ntopic = "a/+/b"\n', "mqtt", "topic", 14, "wildcard"),
    (
        "bits",
        HEAD + POINT.replace("= 0 }", "= 0, bit = 15, bits = 2 }"),
        "point[1].modbus",
        "bit",
        11,
        "16 bits",
    ),
    (
        "too long",
        HEAD + POINT.replace("= 0 }", '= 65535, type = "uint32" }'),
        "point[1].modbus",
        "address",
        11,
        "65535",
    ),
    (
        "coil",
        HEAD + POINT.replace('"input", address = 0', '"coil", address = 0, type = "int16"'),
        "point[1].modbus",
        "type",
        11,
        "bits",
    ),
    ("written", HEAD + POINT + 'access = "rw"\n', "point[1].modbus", "table", 11, "written"),
    (
        "missing code",
        HEAD + POINT.replace("= 0 }", '= 0, type = "float32" }') + "missing = [1]\n",
        "point[1]",
        "missing",
        12,
        "float32",
    ),
]


@pytest.mark.parametrize(
    ("text", "table", "key", "line", "word"),
    [pytest.param(*mistake[1:], id=mistake[0]) for mistake in MISTAKES],
)
def test_a_mistake_is_named_with_its_line(tmp_path, text, table, key, line, word):
    path = write(tmp_path, text)
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    error = caught.value
    found = ".".join(part for part in (error.table, error.key) if part)
    assert found == ".".join(part for part in (table, key) if part)
    assert error.line == line
    assert word in error.seen
    assert str(error).startswith(f"{path}:{line}: ")


BROKEN = [
    ("unclosed", HEAD + 'maker = "x\n', 6),
    ("end", HEAD + '[[point]]\nid = """a', 7),
    ("key twice", HEAD + 'title = "again"\n', 6),
    ("too many digits", HEAD + f"x = {'9' * 5000}\n", 0),
    ("nested", HEAD + f"x = {'[' * 20000}{']' * 20000}\n", 0),
]


@pytest.mark.parametrize(("text", "line"), [pytest.param(*case[1:], id=case[0]) for case in BROKEN])
def test_what_is_not_toml_says_where(tmp_path, text, line):
    with pytest.raises(ProfileError) as caught:
        load_profile(write(tmp_path, text))
    assert caught.value.line == line


def test_bytes_that_are_not_utf8_say_where(tmp_path):
    path = tmp_path / "lamp.toml"
    path.write_bytes(b"# one\n# two\ntitle = '\xc4\xe3'\n")
    with pytest.raises(ProfileError, match="UTF-8") as caught:
        load_profile(path)
    assert caught.value.line == 3


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "lamp.toml"
    text = HEAD + POINT + 'untis = "W"\n'
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert caught.value.line == 12


def test_a_file_that_is_not_there_or_is_no_file(tmp_path):
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path / "none.toml")
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path)


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "lamp.toml"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 5_000_000)
    with pytest.raises(ProfileError, match="larger"):
        load_profile(path)


def test_a_whole_point_is_read(tmp_path):
    text = HEAD + POINT.replace(
        "= 0 }", '= 7, type = "int32", word_order = "CDAB", scale = 0.1, offset = -4 }'
    )
    made = load_profile(write(tmp_path, text + "every_s = 2\nmissing = [-1]\nplot = true\n"))
    (point,) = made.points
    assert point.modbus is not None
    assert point.modbus.table is RegisterTable.INPUT
    assert point.modbus.word_order is WordOrder.CDAB
    assert (point.modbus.scale, point.modbus.offset) == (0.1, -4.0)
    assert (point.every_s, point.missing, point.plot, point.kind) == (
        2,
        (-1,),
        True,
        ValueKind.FLOAT,
    )
    assert made.modbus is not None
    assert made.mqtt is None
    assert len(made.sha256) == 64


@pytest.mark.parametrize(
    ("where", "more", "kind"),
    [
        ('{ table = "input", address = 0, type = "string" }', "", ValueKind.TEXT),
        ('{ table = "coil", address = 0 }', "", ValueKind.BOOL),
        ('{ table = "input", address = 0, bit = 3 }', "", ValueKind.BOOL),
        ('{ table = "input", address = 0, bit = 3, bits = 2 }', "", ValueKind.FLOAT),
        ('{ table = "input", address = 0 }', 'labels = { 0 = "off", 1 = "on" }', ValueKind.INT),
        ('{ table = "input", address = 0 }', "", ValueKind.FLOAT),
    ],
)
def test_a_point_without_a_kind_gets_the_natural_one(tmp_path, where, more, kind):
    text = f'{HEAD}[[point]]\nid = "p"\ntitle = "P"\nmodbus = {where}\n{more}\n'
    assert load_profile(write(tmp_path, text)).points[0].kind is kind


def test_the_shipped_files_load():
    library = Library()
    assert not library.problems
    profiles = {profile.id for profile in library.profiles()}
    assert {path.stem for path in (RESOURCES / "profiles").glob("*.toml")} == profiles
    for asset_type in library.asset_types():
        for slot in asset_type.devices:
            assert slot.profile in profiles
        assert asset_type.message_profile in profiles
    assert {a.id for a in library.asset_types()} >= {"reference-pole", "reference-sign"}


def test_one_bad_file_loses_no_other(tmp_path):
    write(tmp_path, HEAD + POINT, "profiles/lamp.toml")
    write(tmp_path, "][", "profiles/broken.toml")
    pole = (RESOURCES / "asset_types" / "reference-sign.toml").read_text("utf-8")
    write(tmp_path, pole, "asset_types/reference-sign.toml")
    write(tmp_path, "[asset_type]\n", "asset_types/bad.toml")
    library = Library([tmp_path])
    assert [profile.id for profile in library.profiles()] == ["lamp"]
    assert [asset_type.id for asset_type in library.asset_types()] == ["reference-sign"]
    files = [problem.file for problem in library.problems]
    assert [Path(file).stem for file in files] == ["broken", "bad", "reference-sign"]
    assert any("nbiot-sign" in problem.seen for problem in library.problems)


def test_a_later_folder_mends_an_earlier_one(tmp_path):
    write(tmp_path, HEAD + POINT, "a/profiles/lamp.toml")
    write(tmp_path, HEAD.replace('"Lamp"', '"Mended"') + POINT, "b/profiles/lamp.toml")
    assert Library([tmp_path / "a", tmp_path / "b"]).profile("lamp").title == "Mended"


def test_an_unknown_profile_names_the_nearest():
    with pytest.raises(UserFacing, match="eastron-sdm630"):
        Library().profile("eastron-sdm360")


def test_an_asset_type_names_its_mistake(tmp_path):
    text = (RESOURCES / "asset_types" / "reference-pole.toml").read_text("utf-8")
    path = write(tmp_path, text.replace('id = "lamp2"', 'id = "lamp1"'), "reference-pole.toml")
    with pytest.raises(ProfileError, match="twice") as caught:
        load_asset_type(path)
    assert (caught.value.table, caught.value.key) == ("device[3]", "id")
