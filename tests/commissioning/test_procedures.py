"""Procedures are data: strict, exact in their errors, and a new check or step needs no code."""

from __future__ import annotations

import json
import tomllib

import jsonschema
import pytest

from app.commissioning.checks.kinds import NAMES, STREAMED
from app.commissioning.limits import LimitTable
from app.commissioning.planning import Fitted, PlannedCheck, make_plan
from app.commissioning.procedure_schema import PROCEDURE
from app.commissioning.procedures import Procedures, load_procedure
from app.core.errors import ProfileError, UserFacing
from app.profiles.library import Library
from app.profiles.shapes import json_schema
from app.settings import RESOURCES

SHIPPED = sorted((RESOURCES / "procedures").glob("*.toml"))
ADDED = """
[[step]]
id = "paint"
title = "Paint"
title_zh = "油漆"
[[check]]
id = "cabinet_cool"
step = "paint"
kind = "limit"
title = "Cabinet cool"
title_zh = "箱内温度"
device = { function = "door" }
needs = ["discover"]
options = { point = "cabinet_temperature" }
limits = { high = 55 }
[[check]]
id = "paint_whole"
step = "paint"
kind = "question"
method = "V"
options = { ask = "Is the paint whole?", ask_zh = "油漆完好吗？" }
"""


def plan_of(path):
    library, limits = Library(), LimitTable()
    asset_type = library.asset_type("reference-pole")
    profiles = {slot.id: library.profile(slot.profile) for slot in asset_type.devices}
    fitted = Fitted(asset_type=asset_type, profiles=profiles, polled=True, streamed=False)
    return make_plan(load_procedure(path, NAMES, limits), fitted, limits, STREAMED)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_procedures_fit_the_published_schema(path):
    schema = json.loads((RESOURCES / "schemas/procedure.schema.json").read_text("utf-8"))
    assert schema == json_schema(PROCEDURE, "Wayside commissioning procedure")
    jsonschema.validate(tomllib.loads(path.read_text("utf-8")), schema)
    assert Procedures(NAMES, LimitTable()).problems == []


def test_a_check_and_a_step_are_added_by_the_file_alone(tmp_path):
    path = tmp_path / "commission-pole.toml"
    path.write_text((RESOURCES / "procedures/commission-pole.toml").read_text("utf-8") + ADDED)
    checks = {check.id: check for check in plan_of(path)}
    added = checks["cabinet_cool/door"]
    assert (added.limits, added.needs, added.step) == ({"high": 55.0}, ("discover/door",), "paint")
    assert checks["paint_whole"].kind == "question"
    assert PlannedCheck.of(added.spec()) == added


def test_only_what_is_fitted_is_planned(tmp_path):
    checks = {check.id: check for check in plan_of(SHIPPED[0])}
    assert not checks["messages_readable"].fitted
    assert checks["acknowledged/lamp1"].supply == "meter/power_l1"
    assert "acknowledged/weather" not in checks


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        ('kind = "reads"', 'kind = "raeds"', "did you mean"),
        ('step = "connect"', 'step = "conect"', "did you mean"),
        ('uses = "line_errors"', 'uses = "line_error"', "check above this one"),
        ('"supply_low_v"', '"supply_low"', "there is no limit"),
        ('punch = "B"', 'punch = "D"', "D"),
        ('id = "clock"', 'id = "discover"', "twice"),
        ('id = "reply_time"', 'idd = "reply_time"', "unknown key"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, old, new, seen):
    text = (RESOURCES / "procedures/commission-pole.toml").read_text("utf-8")
    path = tmp_path / "commission-pole.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(ProfileError) as caught:
        load_procedure(path, NAMES, LimitTable())
    assert seen in str(caught.value)
    assert abs(caught.value.line - line) <= 1


def test_a_limit_may_be_another_on_the_record_only():
    table = LimitTable({"soak_s": 10})
    assert (table.get("soak_s").value, table.get("soak_s").changed) == (10.0, True)
    assert not table.get("ack_s").changed
    with pytest.raises(UserFacing):
        LimitTable({"soka_s": 10})
