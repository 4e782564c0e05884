"""The palette finds an asset among ten thousand by a few characters, at a cost that falls."""

import time

from app.bridge.palette_entries import palette_entries
from app.bridge.palette_model import HINT_ROLE, PaletteEntry, PaletteIndex, PaletteModel
from tests.bridge.catalogues import district


def entries(count):
    command = PaletteEntry(kind="command", target="live.follow", title="Live: Follow now", hint="F")
    assets = [
        PaletteEntry(kind="asset", target=f"SP-{n:05}", title=f"SP-{n:05} Jiefang Rd {n}")
        for n in range(count)
    ]
    return [command, *assets]


def test_the_asset_comes_first():
    index = PaletteIndex(entries(10_000))
    assert index.search("0231")[0].target == "SP-00231"
    assert index.search("sp-00231 jie")[0].target == "SP-00231"
    assert index.search("follow")[0].kind == "command"
    assert index.search("nothing like it") == []


def test_each_character_looks_only_at_what_the_last_left():
    index = PaletteIndex(entries(10_000))
    looked = []
    for text in ("s", "sp", "sp-0", "sp-00", "sp-0023", "sp-00231"):
        index.search(text)
        looked.append(index.looked_at)
    assert looked[0] == len(index)
    assert looked[-1] <= 10
    index.search("x")
    assert index.looked_at == len(index)


def test_ten_thousand_entries_within_the_time_of_a_key():
    index = PaletteIndex(entries(10_000))
    before = time.process_time()
    for text in ("0", "02", "023", "0231"):
        index.search(text)
    assert (time.process_time() - before) / 4 < 0.15


def test_commands_lead_while_nothing_is_typed(qapp):
    model = PaletteModel()
    model.set_entries(reversed(entries(100)))
    assert model.entry(0).kind == "command"
    assert model.index(0, 0).data(HINT_ROLE) == "F"
    assert model.rowCount() == 50


def test_points_are_found_in_both_languages():
    found = PaletteIndex(palette_entries(district(2), ["North gateway"]))
    assert found.search("细颗粒")[0].target.endswith("/pm25")
    assert found.search("pm2.5 sp-00001")[0].target == "SP-00001/air/pm25"
    assert found.search("north")[0].kind == "connection"
