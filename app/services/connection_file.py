"""The file of the saved connections: TOML, replaced whole, with the last good copies beside it."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.core.errors import UserFacing
from app.profiles.checking import shown
from app.profiles.mistakes import not_toml
from app.services.connection_rows import Row, lift, lifted
from app.settings import Words
from app.wording import os_reason, told, words_of

VERSION = 1
KEEP = 5
_WANTED = {
    str: Words("files.shape.string"),
    int: Words("files.shape.integer"),
    bool: Words("files.shape.boolean"),
    list: Words("files.shape.array"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAsset:
    """An asset reached through a connection: its number and its asset type."""

    number: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDevice:
    """A single device reached through a connection, without an asset type."""

    key: str
    profile: str
    unit: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedConnection:
    """One connection as it is kept. The URL never holds a secret.

    ``discover`` names the profile of devices that announce themselves by their topics.
    """

    name: str
    url: str
    enabled: bool = True
    discover: str = ""
    assets: tuple[SavedAsset, ...] = ()
    devices: tuple[SavedDevice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was read, and what was wrong with the file where something was.

    ``kept`` is where the damaged file lies now; ``used`` the copy that was read in its place,
    None where no copy was good either.
    """

    connections: tuple[SavedConnection, ...]
    mistake: Words | str = ""
    kept: Path | None = None
    used: Path | None = None


class ConnectionFileError(UserFacing):
    """The text is not a connections file of this version; the message says where and why."""


def _wrong(mistake: str, **values: object) -> ConnectionFileError:
    return told(ConnectionFileError, f"files.{mistake}", **values)


def load(file: Path) -> Loaded:
    """Read the connections; a damaged file is set aside and the newest good copy is read.

    Never raises for what is in the file.
    """
    if not file.exists():
        return Loaded(connections=())
    try:
        return Loaded(connections=parse(file.read_bytes()))
    except ConnectionFileError as error:
        mistake = words_of(error)
    except OSError as error:
        mistake = os_reason(error)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    kept = file.with_name(f"{file.stem}.damaged.{stamp}{file.suffix}")
    file.replace(kept)
    for copy in copies(file):
        try:
            found = parse(copy.read_bytes())
        except (ConnectionFileError, OSError):
            continue
        _write(file, copy.read_bytes())
        return Loaded(connections=found, mistake=mistake, kept=kept, used=copy)
    return Loaded(connections=(), mistake=mistake, kept=kept)


def save(file: Path, connections: Sequence[SavedConnection]) -> None:
    """Replace the file; after a crash at any moment it is the old one or the new one.

    The file before becomes the first of the copies, of which the last five are kept.

    Raises:
        OSError: the folder cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists():
        before = file.read_bytes()
        names = [_copy(file, number) for number in range(1, KEEP + 1)]
        for older, newer in zip(reversed(names[1:]), reversed(names[:-1]), strict=True):
            if newer.exists():
                newer.replace(older)
        _write(names[0], before)
    _write(file, dump(connections).encode("utf-8"))


def copies(file: Path) -> list[Path]:
    """The copies that exist, the newest first."""
    return [path for n in range(1, KEEP + 1) if (path := _copy(file, n)).exists()]


def parse(data: bytes) -> tuple[SavedConnection, ...]:
    """The connections that a file's bytes hold.

    Raises:
        ConnectionFileError: they are not whole, not TOML, or of another version.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _wrong("encoding") from error
    if found := lift(text):
        try:
            return _parse(*found)
        except ConnectionFileError:
            pass  # the whole text tells the right line
    return _parse(text, [])


def _parse(text: str, lists: list[list[Row]]) -> tuple[SavedConnection, ...]:
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # No TOML, a number of thousands of digits, or brackets in brackets without end.
        words = not_toml(error, text)
        raise told(ConnectionFileError, words.key.removesuffix(".seen"), **words.values) from error
    version, count = table.get("version"), table.get("connections")
    if version != VERSION:
        raise _wrong("version", version=version, known=VERSION)
    entries = table.get("connection", [])
    # The count stands first: a file cut off between two tables is still TOML.
    if not isinstance(entries, list) or count != len(entries):
        raise _wrong("count", count=count)
    found = tuple(_connection(entry, f"connection[{n}]", lists) for n, entry in enumerate(entries))
    names = [connection.name for connection in found]
    if len(set(names)) != len(names):
        raise _wrong("same_name")
    return found


def dump(connections: Sequence[SavedConnection]) -> str:
    """The text of a file that holds these connections."""
    lines = [
        "# The connections of Wayside. Passwords are not here: they are in the system keyring.",
        f"version = {VERSION}",
        f"connections = {len(connections)}",
    ]
    for connection in connections:
        # Inline tables end on their own line, so no proper part of a connection is valid TOML.
        lines += [
            "",
            "[[connection]]",
            f"name = {_text(connection.name)}",
            f"url = {_text(connection.url)}",
            f"enabled = {str(connection.enabled).lower()}",
            f"discover = {_text(connection.discover)}",
            "assets = [",
            *(
                f"  {{ number = {_text(asset.number)}, type = {_text(asset.type)} }},"
                for asset in connection.assets
            ),
            "]",
            "devices = [",
            *(
                f"  {{ key = {_text(device.key)}, profile = {_text(device.profile)},"
                f" unit = {device.unit} }},"
                for device in connection.devices
            ),
            "]",
        ]
    return "\n".join(lines) + "\n"


def _connection(entry: object, where: str, lists: list[list[Row]]) -> SavedConnection:
    table = _table(entry, where)
    assets = [_table(a, f"{where}.assets") for a in _field(table, "assets", list, where)]
    return SavedConnection(
        name=_field(table, "name", str, where),
        url=_field(table, "url", str, where),
        enabled=_field(table, "enabled", bool, where),
        discover=_field(table, "discover", str, where),
        assets=tuple(
            SavedAsset(
                number=_field(asset, "number", str, where), type=_field(asset, "type", str, where)
            )
            for asset in assets
        ),
        devices=tuple(_devices(_field(table, "devices", list, where), where, lists)),
    )


def _devices(entries: list[object], where: str, lists: list[list[Row]]) -> Iterator[SavedDevice]:
    if (rows := lifted(entries, lists)) is not None:
        for key, profile, unit in rows:
            yield SavedDevice(key=key, profile=profile, unit=int(unit))
        return
    for device in [_table(entry, f"{where}.devices") for entry in entries]:
        yield SavedDevice(
            key=_field(device, "key", str, where),
            profile=_field(device, "profile", str, where),
            unit=_field(device, "unit", int, where),
        )


def _table(entry: object, where: str) -> Mapping[str, object]:
    if not isinstance(entry, dict):
        raise _wrong("not_table", where=where)
    return entry


def _field(table: Mapping[str, object], key: str, kind: type, where: str) -> Any:  # noqa: ANN401
    value = table.get(key)
    if type(value) is not kind:
        raise _wrong("field", where=where, key=key, value=shown(value), wanted=_WANTED[kind])
    return value


def _text(value: str) -> str:
    # A TOML basic string is a JSON string, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _copy(file: Path, number: int) -> Path:
    return file.with_name(f"{file.stem}.good{number}{file.suffix}")


def _write(file: Path, data: bytes) -> None:
    part = file.with_name(file.name + ".part")
    with part.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(file)
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
