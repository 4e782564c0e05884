"""Who may open a store: one program at a time, on a disk of this machine."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path
from typing import BinaryIO

from app.core.errors import StoreUnavailable
from app.wording import os_reason, told

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "9p", "coda"}
    | {"fuse.sshfs", "fuse.davfs", "davfs", "fuse.rclone", "fuse.glusterfs", "fuse.cephfs"}
)
"""File systems of other machines, as Linux names them: SQLite's log needs memory they share not."""

_MOUNTS = Path("/proc/self/mountinfo")
_LOCKED_BYTE = 1 << 30
_SIGN = 16
_OCTAL = re.compile(r"\\([0-7]{3})")


class StoreLock:
    """The lock file beside a store; the system frees it when its holder dies.

    ``existed`` says that a store was opened here before: then a file that has lost its head is
    ours and damaged, else it is somebody else's and stays as it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + ".lock")
        self.existed = self.path.exists() and self.path.stat().st_size > 0
        self._file: BinaryIO | None = None

    def take(self) -> None:
        """Make the store this program's own.

        Raises:
            StoreUnavailable: another program has it, or the folder cannot be written.
        """
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise told(
                StoreUnavailable,
                "store.closed_to.writing",
                folder=self.path.parent,
                error=os_reason(error),
            ) from error
        file = os.fdopen(descriptor, "r+b")
        try:
            lock_file(file)
        except OSError as error:
            holder = file.read(32).decode("ascii", "replace").strip()
            file.close()
            raise told(
                StoreUnavailable,
                "store.closed_to.second",
                name=self.path.name.removesuffix(".lock"),
                process=holder or "?",
            ) from error
        sign_lock(file)
        self._file = file

    def release(self, *, opened: bool = True) -> None:
        """Let others have the store; not ``opened``: what stands there was refused.

        The file stays, as removing it would race with the next one, but it only keeps its word
        that a store was here where there was one.
        """
        if self._file is not None:
            if not opened and not self.existed:
                self._file.truncate(0)
            self._file.close()
            self._file = None


def sign_lock(file: BinaryIO) -> None:
    """Write this process into a lock file, always over the same bytes, also on a full disk.

    Where even that is refused the lock holds all the same; only its holder goes unnamed.
    """
    with contextlib.suppress(OSError):
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        os.write(file.fileno(), f"{os.getpid()}\n".encode().ljust(_SIGN))


def lock_file(file: BinaryIO) -> None:
    """Keep every other process from locking the file; OSError where one has it."""
    if sys.platform == "win32":
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        finally:
            file.seek(0)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _character(match: re.Match[str]) -> str:
    """A space or a backslash, which the list of mounts writes in octal."""
    return chr(int(match[1], 8))


def refuse_network_share(path: Path, mounts: Path = _MOUNTS) -> None:
    """Refuse a folder that lies on another machine.

    Raises:
        StoreUnavailable: it does; names the file system.
    """
    kind = network_type(path, mounts)
    if kind:
        raise told(StoreUnavailable, "store.closed_to.network", folder=path.parent, system=kind)


def network_type(path: Path, mounts: Path = _MOUNTS) -> str:
    """The network file system a path lies on; empty for a local one or where it is not known."""
    if sys.platform == "win32":
        return _windows_share(path)
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    folder = path.parent.resolve()
    best, kind = -1, ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, found = before.split(), after.split()
        if len(fields) < 5 or not found:
            continue
        mount = Path(_OCTAL.sub(_character, fields[4]))
        depth = len(mount.parts)
        if depth >= best and (folder == mount or mount in folder.parents):
            best, kind = depth, found[0]
    return kind if kind in NETWORK_TYPES else ""


if sys.platform == "win32":

    def _windows_share(path: Path) -> str:
        import ctypes

        if path.drive.startswith("\\\\"):
            return "UNC"
        remote = 4
        drive = ctypes.windll.kernel32.GetDriveTypeW(path.anchor)
        return "remote drive" if drive == remote else ""
