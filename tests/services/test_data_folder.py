"""One program a data folder, also after one that died."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.errors import UserFacing
from app.services.data_folder import DataFolder

HOLD = """
import sys
from pathlib import Path
from pathlib import Path
from app.services.data_folder import DataFolder
folder = DataFolder(Path(sys.argv[1]))
folder.lock()
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_second_program_is_kept_out_until_the_first_is_gone(tmp_path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == b"locked\n"
        folder = DataFolder(tmp_path)
        with pytest.raises(UserFacing) as refused:
            folder.lock()
        assert str(other.pid) in refused.value.cause
        other.kill()
        other.wait()
    folder.lock()
    folder.release()
    folder.lock()
    folder.release()


@pytest.mark.skipif(os.name != "posix", reason="a device file as folder is a POSIX case")
def test_a_folder_that_cannot_be_made_says_so() -> None:
    with pytest.raises(UserFacing, match="/dev/null"):
        DataFolder(Path("/dev/null/x")).lock()
