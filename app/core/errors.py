"""The one error tree: what was seen, the likely cause, the next action."""

from __future__ import annotations

from collections.abc import Mapping


class WaysideError(Exception):
    """Base of every error that Wayside raises on purpose.

    Args:
        seen: what was seen, naming the operation and the object.
        cause: the most likely cause, empty where none is known.
        action: what the user does next, empty where nothing can be done.

    ``text_key`` and ``text_values`` are where its words come from, so that they can be said again
    in another language; empty for words that were written here.
    """

    def __init__(self, seen: str, *, cause: str = "", action: str = "") -> None:
        self.text_key = ""
        self.text_values: Mapping[str, object] = {}
        super().__init__()
        self.say(seen, cause=cause, action=action)

    def say(self, seen: str, *, cause: str = "", action: str = "") -> None:
        """Put it in these words."""
        self.seen = seen
        self.cause = cause
        self.action = action
        whole = " ".join(part for part in (seen, cause, action) if part)
        # A Chinese full stop brings its own room.
        self.args = (whole.replace("。 ", "。"),)


class UserFacing(WaysideError):
    """A mistake in what the user gave: a URL, a file, an option. Safe to show as it is."""


class LinkError(WaysideError):
    """Something on the way to a gateway or device failed."""


class LinkDown(LinkError):
    """The link is not connected, or was lost during the operation."""


class LinkTimeout(LinkError):
    """No answer came before the deadline."""


class NotSent(LinkError):
    """It was not to be sent any more when its turn came; not a byte of it left."""


class RemoteProtocolError(LinkError):
    """The peer sent bytes that break its protocol."""


class LocalProtocolError(LinkError):
    """We asked for something that the protocol cannot carry; a fault of the caller."""


class DeviceRefused(LinkError):
    """The device answered, and its answer was no.

    Args:
        code: the refusal code as the protocol gives it, such as a Modbus exception code.
    """

    def __init__(self, seen: str, *, code: int, cause: str = "", action: str = "") -> None:
        self.code = code
        super().__init__(seen, cause=cause, action=action)


class ProfileError(WaysideError):
    """A data file (profile, asset type) is wrong; names file, table, key and line.

    Args:
        file: the file as the user knows it.
        table: the TOML table, such as ``point[3].modbus``; empty at the top level.
        key: the key inside the table, empty where the table itself is wrong.
        line: 1-based line, 0 where it is not known.

    ``mistake`` is what was seen without the place, for those who show the place themselves.
    """

    def __init__(
        self, seen: str, *, file: str, table: str = "", key: str = "", line: int = 0
    ) -> None:
        self.file = file
        self.table = table
        self.key = key
        self.line = line
        self.mistake = seen
        super().__init__(seen)

    def say(self, seen: str, *, cause: str = "", action: str = "") -> None:
        """Put the mistake in these words; the place stays."""
        self.mistake = seen
        super().say(f"{self.place}: {seen}", cause=cause, action=action)

    @property
    def place(self) -> str:
        """File, line, table and key, as far as they are known: ``lamp.toml:9: point[2].x``."""
        where = self.file + (f":{self.line}" if self.line else "")
        name = ".".join(part for part in (self.table, self.key) if part)
        return f"{where}: {name}" if name else where


class StoreError(WaysideError):
    """The store could not do what was asked."""


class StoreUnavailable(StoreError):
    """The environment is at fault: disk full, locked, read-only, damaged. Tell the user."""
