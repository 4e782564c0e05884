"""The connections file under faults: cut at every byte, empty, foreign, and saved half way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import connection_file
from app.services.connection_file import (
    ConnectionFileError,
    SavedAsset,
    SavedConnection,
    SavedDevice,
    dump,
    load,
    parse,
    save,
)

STREET = SavedConnection(
    name='Nanjing Road "east" 南京路',
    url="modbus+tcp://10.0.0.7:502",
    assets=(SavedAsset(number="SP-0001", type="reference-pole"),),
)
BROKER = SavedConnection(
    name="broker",
    url="mqtt://10.0.0.8:1883/wayside/#",
    enabled=False,
    discover="mqtt-json-pole",
    devices=(SavedDevice(key="meter-1", profile="eastron-sdm120", unit=12),),
)
names = st.text(min_size=1, max_size=12)


@given(
    st.lists(
        st.builds(
            SavedConnection,
            name=names,
            url=st.text(max_size=30),
            enabled=st.booleans(),
            discover=st.text(max_size=5),
            assets=st.lists(st.builds(SavedAsset, number=names, type=names), max_size=2).map(tuple),
            devices=st.lists(
                st.builds(SavedDevice, key=names, profile=names, unit=st.integers(0, 247)),
                max_size=2,
            ).map(tuple),
        ),
        max_size=3,
        unique_by=lambda connection: connection.name,
    )
)
def test_what_is_written_is_read(connections) -> None:
    assert parse(dump(connections).encode()) == tuple(connections)


def test_a_file_cut_at_any_byte_is_noticed_and_the_last_good_one_is_used(tmp_path) -> None:
    file = tmp_path / "connections.toml"
    save(file, [STREET])
    save(file, [STREET, BROKER])
    whole = file.read_bytes()
    for length in range(len(whole) - 1):
        file.write_bytes(whole[:length])
        loaded = load(file)
        assert loaded.mistake, length
        assert loaded.connections == (STREET,)
        assert loaded.kept.read_bytes() == whole[:length]
        assert parse(file.read_bytes()) == (STREET,)
        loaded.kept.unlink()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 512,
        b"\xff\xfe",
        b"version = 2\nconnections = 0\n",
        b"connections = 0\n",
        b"a = " + b"[" * 100_000,
        b"version = 1\nconnections = " + b"9" * 5000,
        b"version = 1\nconnections = 1\nconnection = 5\n",
        b"version = 1\nconnections = 1\nconnection = [5]\n",
        b'version = 1\nconnections = 1\n[[connection]]\nname = 3\nurl = ""\n',
    ],
)
def test_a_file_that_is_not_ours_is_kept_and_told(tmp_path, content) -> None:
    file = tmp_path / "connections.toml"
    file.write_bytes(content)
    loaded = load(file)
    assert loaded.connections == ()
    assert loaded.mistake
    assert loaded.used is None
    assert loaded.kept.read_bytes() == content
    assert not file.exists()


def test_two_connections_of_one_name_are_refused() -> None:
    with pytest.raises(ConnectionFileError, match="same name"):
        parse(dump([STREET, STREET]).encode())


def test_no_file_is_no_connections_and_no_mistake(tmp_path) -> None:
    assert load(tmp_path / "connections.toml").mistake == ""


def test_the_last_five_good_copies_are_kept(tmp_path) -> None:
    file = tmp_path / "connections.toml"
    for number in range(9):
        save(file, [SavedConnection(name=f"c{number}", url="mqtt://h")])
    found = [parse(path.read_bytes())[0].name for path in connection_file.copies(file)]
    assert found == ["c7", "c6", "c5", "c4", "c3"]
    assert parse(file.read_bytes())[0].name == "c8"


def test_a_folder_in_the_place_of_the_file_is_set_aside(tmp_path) -> None:
    file = tmp_path / "connections.toml"
    file.mkdir()
    loaded = load(file)
    assert loaded.connections == ()
    assert loaded.kept.is_dir()
    assert "directory" in str(loaded.mistake)


def test_damaged_copies_are_passed_over(tmp_path) -> None:
    file = tmp_path / "connections.toml"
    for number in range(3):
        save(file, [SavedConnection(name=f"c{number}", url="mqtt://h")])
    newest, older = connection_file.copies(file)
    newest.write_bytes(b"")
    file.write_bytes(b"version = ")
    loaded = load(file)
    assert loaded.used == older
    assert loaded.connections[0].name == "c0"


@given(
    st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8), st.integers(0, 10**12))),
    st.text(max_size=8),
)
def test_devices_read_by_their_pattern_are_those_of_the_parser(rows, name) -> None:
    devices = tuple(SavedDevice(key=k, profile=p, unit=unit) for k, p, unit in rows)
    saved = (
        SavedConnection(name=name, url="mqtt://a/#", devices=devices),
        SavedConnection(name=name + "2", url="mqtt://b/#", devices=devices[::-1]),
    )
    text = dump(saved)
    assert parse(text.encode()) == saved
    # A comment of its own at each list keeps the pattern out.
    assert parse(text.replace("devices = [", "devices = [ # by hand").encode()) == saved


@pytest.mark.parametrize(
    "row",
    [
        '  { key = "a", profile = "b", unit = 07 },',
        '  { key = "a\t", profile = "b", unit = 7 },\x00',
        "  { lifted_rows = 0 },",
        '  { key = "a", profile = "b", unit = 7 }',
        '  { key = "a", profile = "b", unit = 7 },\n]\ndevices = [',
    ],
)
def test_lists_that_only_look_like_ours_are_judged_by_the_parser(row) -> None:
    good = SavedDevice(key="a", profile="b")
    text = dump([SavedConnection(name="x", url="mqtt://a/#", devices=(good, good))])
    line = '  { key = "a", profile = "b", unit = 1 },\n'
    assert line in text
    changed = text.replace(line, row + "\n", 1).encode()
    with pytest.raises(ConnectionFileError):
        parse(changed)
