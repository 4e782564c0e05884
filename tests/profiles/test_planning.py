"""Plans: every point read, no block too long, no register of another table, no needless read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.profiles import ModbusDefaults
from app.core.rows import ValueKind
from app.profiles.kinds import width
from app.profiles.library import Library
from app.profiles.planning import Block, plan
from app.profiles.registers import RegisterMapper
from tests.profiles.making import address, point, profile

TYPES = ["uint16", "int32", "float64", "bool"]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_profile_is_covered_by_lawful_blocks(data):
    max_block = data.draw(st.integers(4, 125))
    max_gap = data.draw(st.integers(0, 20))
    points = []
    for at in range(data.draw(st.integers(1, 30))):
        table = data.draw(st.sampled_from(["coil", "discrete", "holding", "input"]))
        raw_type = "bool" if table in ("coil", "discrete") else data.draw(st.sampled_from(TYPES))
        where = address(raw_type, data.draw(st.integers(0, 200)), table=table)
        kind = ValueKind.BOOL if raw_type == "bool" else ValueKind.FLOAT
        access = data.draw(st.sampled_from(["r", "rw", "w"])) if at else "r"
        period = data.draw(st.sampled_from([1.0, 5.0]))
        points.append(point(f"p{at}", where, kind, access=access, every_s=period))
    made = profile(*points, modbus=ModbusDefaults(max_block=max_block, max_gap=max_gap))
    groups = plan(made, "d")
    read = [p.id for group in groups for p in group.points]
    assert sorted(read) == sorted(p.id for p in points if "r" in p.access)
    assert [group.every_s for group in groups] == sorted({group.every_s for group in groups})
    for group in groups:
        assert [column.point for column in group.layout.columns] == [p.id for p in group.points]
        for block in group.blocks:
            _lawful(block, group, max_block, max_gap)
        for p in group.points:
            assert p.every_s == group.every_s
            assert any(_holds(block, p) for block in group.blocks), p
        RegisterMapper(made, group).map({b: [0] * b.count for b in group.blocks}, 1, 2)


def _holds(block, p):
    end = p.modbus.address + width(p.modbus)
    inside = block.address <= p.modbus.address and end <= block.address + block.count
    return p.modbus.table is block.table and inside


def _lawful(block, group, max_block, max_gap):
    assert 1 <= block.count <= max_block
    assert block.address + block.count <= 65536
    used = set()
    for p in group.points:
        if p.modbus.table is block.table:
            used |= set(range(p.modbus.address, p.modbus.address + width(p.modbus)))
    inside = [at in used for at in range(block.address, block.address + block.count)]
    assert inside[0]
    assert inside[-1]
    gaps = "".join("x" if there else " " for there in inside).split("x")
    assert max(len(gap) for gap in gaps) <= max_gap


def test_a_gap_is_spanned_or_not_as_told():
    made = [point("a", address(at=0)), point("b", address(at=5))]
    (group,) = plan(profile(*made, modbus=ModbusDefaults(max_gap=4)), "d")
    assert group.blocks == (Block(table=made[0].modbus.table, address=0, count=6),)
    (group,) = plan(profile(*made, modbus=ModbusDefaults(max_gap=3)), "d")
    assert len(group.blocks) == 2


def test_a_profile_without_registers_has_no_plan():
    assert plan(Library().profile("mqtt-json-pole"), "SP-0001") == ()


@pytest.mark.parametrize("made", Library().profiles(), ids=lambda made: made.id)
def test_shipped_profiles_need_few_reads(made):
    for group in plan(made, "SP-0001/x"):
        assert len(group.blocks) <= 5
        assert group.layout.device == "SP-0001/x"
        RegisterMapper(made, group).map({b: [0] * b.count for b in group.blocks}, 1, 2)


def test_the_eastron_meter_is_read_as_its_maker_allows():
    """At most 40 values of two registers in one read, function 4 only."""
    for name in ("eastron-sdm630", "eastron-sdm120"):
        for group in plan(Library().profile(name), "d"):
            assert all(block.count <= 80 for block in group.blocks)
            assert {block.table.value for block in group.blocks} == {"input"}
