"""Shipped profiles are gold; each rule is seen to fail on a profile that breaks it."""

import pytest

from app.profiles import units
from app.profiles.grades import RULES, Grade, check_file
from app.profiles.library import Library
from app.settings import RESOURCES
from tests.profiles.making import HEAD, POINT, write

SHIPPED = sorted((RESOURCES / "profiles").glob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_profiles_are_gold(path):
    report = check_file(path, Grade.GOLD)
    assert report.ok, report.findings
    assert (report.grade, report.findings) == (Grade.GOLD, ())


BREAKS = {
    "source": [('source = "Wayside reference register map', 'source = "x" # "')],
    "limits": [("range = { low = 0, high = 400 }\n", "")],
    "unit": [('unit = "W"\n', "")],
    "bilingual": [('title_zh = "灯具功率"\n', "")],
    "alarm-texts": [('cause = "The light source is open', 'cause = "" # "')],
    "alarm-delay": [("for_s = 15\n", "")],
    "command-proof": [("deadline_s = 10\n", "")],
    "pairs": [('feedback = "dim_level"\n', "")],
    "command-texts": [('title_zh = "调光"\n', "")],
    "alarm-texts-zh": [('cause_zh = "光源开路', 'cause_zh = "" # "')],
    "covered": [("plot = true\n", "")],
    "standard": [('lwm2m = "3416/0/46"\ntalq = "LampMonitor.activePower"\n', "")],
    "readable": [('access = "rw"\n', 'access = "w"\n')],
}


def test_every_rule_has_a_break():
    assert set(BREAKS) == {rule.name for rule in RULES}
    grades = [rule.grade for rule in RULES]
    assert grades == sorted(grades)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.name != "readable"], ids=lambda r: r.name
)
def test_a_broken_rule_costs_the_grade(tmp_path, rule):
    text = (RESOURCES / "profiles" / "wayside-lamp-controller.toml").read_text("utf-8")
    for old, new in BREAKS[rule.name]:
        assert old in text
        text = text.replace(old, new)
    report = check_file(write(tmp_path, text, "wayside-lamp-controller.toml"), Grade.GOLD)
    assert not report.ok
    broken = [finding for finding in report.findings if finding.rule == rule.name]
    assert broken, report.findings
    assert report.grade < rule.grade
    assert all(finding.line > 0 or finding.rule == "covered" for finding in broken)
    assert check_file(report.path, report.grade).ok


def test_a_profile_that_nothing_can_be_read_from_is_ungraded(tmp_path):
    text = HEAD + POINT.replace("input", "holding") + 'access = "w"\n'
    report = check_file(write(tmp_path, text), Grade.BRONZE)
    assert "readable" in {finding.rule for finding in report.findings}
    assert (report.grade, report.ok) == (Grade.UNGRADED, False)


def test_the_smallest_profile_is_bronze(tmp_path):
    path = write(tmp_path, HEAD + POINT + "range = { low = 0, high = 250 }\n")
    assert check_file(path, Grade.BRONZE).ok
    assert not check_file(path, Grade.SILVER).ok


def test_a_faulty_file_lists_every_mistake_with_its_line(tmp_path):
    path = write(tmp_path, HEAD + POINT + 'untis = "W"\nevery_s = "x"\n')
    report = check_file(path)
    assert report.grade is Grade.FAULTY
    assert [(f.rule, f.where, f.line) for f in report.findings] == [
        ("loads", "point[1].untis", 12),
        ("loads", "point[1].every_s", 13),
    ]
    assert check_file(tmp_path / "none.toml").grade is Grade.FAULTY


def test_units_are_shown_as_people_read_them():
    assert units.display("Cel") == "°C"
    assert units.display("ug/m3") == "µg/m³"
    assert units.display("kW.h") == "kWh"
    assert units.display("s", "zh_CN") == "秒"
    assert units.display("Cel", "zh_CN") == "°C"
    assert units.display("1") == ""
    assert units.display("furlong") == "furlong"
    used = {point.unit for profile in Library().profiles() for point in profile.points}
    assert all(units.known(unit) for unit in used - {""})
