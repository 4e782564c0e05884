"""The folder of the demo: it begins anew in what is its own, and touches nothing else."""

import pytest

from app.core.errors import UserFacing
from app.headless import demo
from app.headless.demo import DemoOptions
from app.services.data_folder import DataFolder
from app.settings import Texts


def test_the_demo_empties_only_what_a_demo_has_left(tmp_path) -> None:
    out = tmp_path / "out"
    options = DemoOptions(out=out, data=out / "data", texts=Texts())
    demo._fresh(options)
    (out / "data" / "store.db").write_bytes(b"of the demo before")
    (out / "data" / "thesis.txt").write_text("mine", "utf-8")
    demo._fresh(options)
    assert not (out / "data" / "store.db").exists()
    assert (out / "data" / "thesis.txt").read_text("utf-8") == "mine"
    (out / "data" / demo._MARK).unlink()
    (out / "data" / "store.db").write_bytes(b"of a control room")
    with pytest.raises(UserFacing, match="no demo has made"):
        demo._fresh(options)
    assert (out / "data" / "store.db").read_bytes() == b"of a control room"


def test_the_demo_leaves_the_folder_of_a_running_one_alone(tmp_path) -> None:
    out = tmp_path / "out"
    options = DemoOptions(out=out, data=out / "data", texts=Texts())
    demo._fresh(options)
    (out / "data" / "store.db").write_bytes(b"is being written")
    other = DataFolder(out / "data")
    other.lock()
    try:
        with pytest.raises(UserFacing, match="use"):
            demo._fresh(options)
    finally:
        other.release()
    assert (out / "data" / "store.db").exists()
