"""Messages: the quick way and the careful way agree; garbage is counted and harms nothing."""

import json
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.profiles import MqttDefaults, MqttPath, Range
from app.core.quality import Quality
from app.core.rows import ValueKind, samples
from app.profiles.library import Library
from app.profiles.messages import MessageMapper, mappers
from tests.profiles.making import point, profile

NOW = 1_790_000_000_000_000_000
NOW_MS = NOW // 1_000_000
INT, FLOAT, BOOL, TEXT = ValueKind.INT, ValueKind.FLOAT, ValueKind.BOOL, ValueKind.TEXT

POLE = profile(
    point("power", range=Range(low=0, high=250)),
    point("level"),
    point("count", kind=INT),
    point("state", kind=INT, labels={0: "off", 1: "on", 5: "fault"}, missing=(9,)),
    point("door", kind=BOOL),
    point("message", kind=TEXT),
)
WHOLE = {
    "power": 119.5,
    "level": 40,
    "count": 2**53 + 1,
    "state": 5,
    "door": True,
    "message": "测试",
}


def values(mapped):
    found = {}
    for batch in mapped.batches:
        for sample in samples(batch):
            bad = sample.quality & 0xC0 == 0x80
            assert not bad or not sample.value or batch.texts
            found[sample.key.point] = (None if bad else sample.value, sample.quality)
    return found


def one(payload, made=POLE, now=NOW):
    mapper = MessageMapper(made, "SP-0001/pole")
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return mapper.map([(data, now)])


GOOD = {name: (value, 0) for name, value in WHOLE.items()}
FORMS = [
    WHOLE,
    {"ts": NOW_MS, **WHOLE},
    {"ts": NOW_MS, "values": WHOLE},
    [{"ts": NOW_MS, "values": WHOLE}],
    [{"ts": NOW_MS, **WHOLE}],
    {"devs": [{"sn": "SP-0001", "d": [{"m": m, "v": v} for m, v in WHOLE.items()]}]},
    {"devs": [{"sn": "x", "d": []}, {"sn": "SP-0001", "d": WHOLE}], "ts": NOW_MS},
    {"devs": [{"sn": "the only one", "d": WHOLE}]},
    {**WHOLE, "door": 1, "level": 40.0},
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_recognised(form):
    mapped = one(form)
    assert values(mapped) == GOOD
    assert (mapped.bad, mapped.reason) == (0, "")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"null",
        b"5",
        b'"text"',
        b"[1]",
        b"[[{}]]",
        b"{}",
        b"[]",
        b"\xff\xfe\x00",
        b"\xb2\xe2\xca\xd4",
        b'{"other": 1}',
        b'{"values": [1, 2]}',
        b'{"devs": []}',
        b'{"devs": [{"sn": "a", "d": {}}, {"sn": "b", "d": {}}]}',
        b'{"a":' * 100_000,
        b"[" * 100_000,
        b'{"power": 1} trailing',
        b'{"power": 1' + b"0" * 1_100_000 + b"}",
    ],
    ids=lambda payload: repr(payload[:20]),
)
def test_garbage_is_counted_and_the_rest_stays(payload):
    mapper = MessageMapper(POLE, "SP-0001/pole")
    good = json.dumps(WHOLE).encode()
    mapped = mapper.map([(good, NOW), (payload, NOW), (good, NOW + 1)])
    assert (mapped.bad, bool(mapped.reason)) == (1, True)
    (batch,) = mapped.batches
    assert len(batch) == 2
    assert {sample.received_ns for sample in samples(batch)} == {NOW, NOW + 1}


@pytest.mark.parametrize(
    ("name", "text", "quality"),
    [
        ("power", "NaN", Quality.BAD_RANGE),
        ("power", "Infinity", Quality.BAD_RANGE),
        ("power", "-1e400", Quality.BAD_RANGE),
        ("power", "250.1", Quality.BAD_RANGE),
        ("level", "9" * 5000, Quality.BAD_RANGE),
        ("level", "1" + "0" * 380, Quality.BAD_RANGE),
        ("power", "null", Quality.BAD_MISSING),
        ("power", '"119.5"', Quality.BAD_TYPE),
        ("power", "true", Quality.BAD_TYPE),
        ("power", "[1]", Quality.BAD_TYPE),
        ("power", '{"v": 1}', Quality.BAD_TYPE),
        ("power", '"' + "x" * 900_000 + '"', Quality.BAD_TYPE),
        ("count", "1.5", Quality.BAD_TYPE),
        ("count", str(2**63), Quality.BAD_RANGE),
        ("count", "true", Quality.BAD_TYPE),
        ("state", "2", Quality.BAD_RANGE),
        ("state", "9", Quality.BAD_MISSING),
        ("door", "2", Quality.BAD_TYPE),
        ("door", '"on"', Quality.BAD_TYPE),
        ("message", "5", Quality.BAD_TYPE),
        ("message", '"' + "x" * 5000 + '"', Quality.BAD_RANGE),
    ],
)
def test_one_bad_value_is_bad_alone(name, text, quality):
    body = json.dumps({**WHOLE, name: "HERE"}).replace('"HERE"', text)
    mapped = one(body.encode())
    assert values(mapped) == {**GOOD, name: (None, quality)}
    assert mapped.bad == 0


def test_whole_numbers_stay_exact():
    for number in (2**63 - 1, -(2**63), 2**53 + 1):
        assert values(one({**WHOLE, "count": number}))["count"] == (number, 0)
        assert values(one({"count": number}))["count"] == (number, 0)


def test_an_absent_key_is_no_sample():
    assert values(one({"power": 3})) == {"power": (3.0, 0)}


def test_unknown_keys_are_counted_by_name():
    mapper = MessageMapper(POLE, "SP-0001/pole")
    payload = json.dumps({**WHOLE, "odd": 1, "ts": NOW_MS}).encode()
    assert len(mapper.map([(payload, NOW)] * 200).batches[0]) == 200
    assert set(mapper.unknown) == {"odd"}
    mapper.map([(b'{"power": 1, "even": 2}', NOW)])
    assert mapper.unknown["even"] == 1


@pytest.mark.parametrize(
    ("unit", "time_value", "source"),
    [
        ("ms", NOW_MS - 5, NOW - 5_000_000),
        ("s", NOW_MS // 1000 - 1, NOW - 1_000_000_000),
        ("s", NOW_MS / 1000 - 0.5, NOW - 500_000_000),
        ("iso", "2026-09-21T13:33:20Z", 1_789_997_600_000_000_000),
        ("iso", "2026-09-21T21:33:20.5+08:00", 1_789_997_600_500_000_000),
        ("iso", "2026-09-21 13:33:20", 1_789_997_600_000_000_000),
    ],
)
def test_source_times(unit, time_value, source):
    made = profile(point("power"), mqtt=MqttDefaults(time_path="t", time_unit=unit))
    (sample,) = samples(one({"t": time_value, "power": 1}, made).batches[0])
    assert abs(sample.source_ns - source) <= 256  # a float of seconds resolves 238 ns
    assert (sample.received_ns, sample.quality) == (NOW, 0)


@pytest.mark.parametrize(
    "ts", [0, -5, NOW_MS + 301_000, 1e300, 1.8e302, "yesterday", True, [1], 10**30, {"a": 1}]
)
def test_a_clock_that_is_wrong_is_not_believed(ts):
    (sample,) = samples(one({"ts": ts, "power": 1}).batches[0])
    assert (sample.source_ns, sample.quality) == (NOW, Quality.UNCERTAIN_TIME)
    assert sample.value == 1.0


@pytest.mark.parametrize("head", [{}, {"ts": 0}])
def test_readings_of_one_message_without_a_good_time_are_no_one_moment(head):
    mapped = one([{**head, "power": power} for power in (1, 2, 3)])
    found = [sample for batch in mapped.batches for sample in samples(batch)]
    assert [sample.value for sample in found] == [1, 2, 3]
    assert [sample.source_ns for sample in found] == [NOW, NOW + 1, NOW + 2]


def test_paths_scale_and_places():
    made = profile(
        point("power", mqtt=MqttPath(path="lamp.power", scale=0.1)),
        point("level", mqtt=MqttPath(path="lamp.levels.1", offset=-1)),
        point("dotted", mqtt=MqttPath(path="a.b")),
        mqtt=MqttDefaults(time_path="head.time", values_path="body.data", topic="{device}/up"),
    )
    body = {"lamp": {"power": 1195, "levels": [1, 41]}, "a.b": 7}
    payload = {"head": {"time": NOW_MS}, "body": {"data": body}}
    mapped = one(payload, made)
    assert values(mapped) == {"power": (119.5, 0), "level": (40.0, 0), "dotted": (7.0, 0)}


def test_scaled_values_take_the_quick_way_too():
    made = profile(
        point("a", mqtt=MqttPath(path="x", scale=0.1), range=Range(low=0, high=20)),
        point("b", kind=INT),
        point("c", kind=TEXT),
    )
    mapper = MessageMapper(made, "d")
    assert mapper._fast is not None
    assert mapper._fast.row(b'{"x": 123, "b": 4, "c": "t"}', NOW, lambda _: 0) is not None
    assert mapper._fast.row(b'{"x": 223, "b": 4, "c": "t"}', NOW, lambda _: 0) is None
    mapped = mapper.map([(b'{"x": 123, "b": 4, "c": "t"}', NOW), (b'{"x": 223, "c": "u"}', NOW)])
    (batch,) = mapped.batches
    assert batch.texts == ("t", "u")
    first = [(s.key.point, s.value) for s in samples(batch)][:3]
    assert first == [("a", 12.3), ("b", 4), ("c", "t")]


def test_points_on_topics_of_their_own():
    made = profile(
        point("a"),
        point("b", mqtt=MqttPath(path="b", topic="alarm/{device}")),
        point("w", access="w"),
    )
    first, second = mappers(made, "SP-0001/pole")
    assert (first.topic, second.topic) == ("wayside/SP-0001/telemetry", "alarm/SP-0001")
    assert [c.point for c in first.layout.columns] == ["a"]
    assert [c.point for c in second.layout.columns] == ["b"]
    assert first.layout.group != second.layout.group
    assert values(second.map([(b'{"a": 1, "b": 2}', NOW)])) == {"b": (2.0, 0)}


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 300),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(st.just(value), st.just(value), scalars)
        for name, value in {**WHOLE, "ts": NOW_MS, "odd": 1}.items()
    },
)


@settings(max_examples=400, deadline=None)
@given(bodies, st.sampled_from(["flat", "values"]))
def test_the_quick_way_never_differs_from_the_careful_one(body, form):
    document = body if form == "flat" else {"ts": body.get("ts"), "values": body}
    payload = json.dumps(document).encode()
    mapper = MessageMapper(POLE, "SP-0001/pole")
    learnt = json.dumps({"values": WHOLE} if form == "values" else WHOLE).encode()
    mapper.map([(learnt, NOW)])
    quick = mapper.map([(payload, NOW)])
    mapper._fast = None
    careful = mapper.map([(payload, NOW)])
    assert quick == careful or (
        quick.bad == careful.bad and str(values(quick)) == str(values(careful))
    )


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.recursive(
            scalars,
            lambda inner: st.one_of(
                st.lists(inner, max_size=3),
                st.dictionaries(
                    st.sampled_from([*WHOLE, "ts", "values", "devs", "sn", "d", "m", "v"]), inner
                ),
            ),
            max_leaves=8,
        ).map(lambda document: json.dumps(document).encode()),
    )
)
def test_no_payload_can_crash_the_mapper(payload):
    mapper = MessageMapper(POLE, "SP-0001/pole")
    mapped = mapper.map([(payload, NOW)])
    assert mapped.bad == (0 if mapped.batches else 1)
    for batch in mapped.batches:
        for sample in samples(batch):
            good = sample.quality & 0xC0 == 0
            assert not (good and isinstance(sample.value, float) and math.isnan(sample.value))


def test_the_reference_pole_is_all_on_the_quick_way():
    made = Library().profile("mqtt-json-pole")
    mapper = MessageMapper(made, "SP-0001")
    assert mapper.topic == "wayside/SP-0001/telemetry"
    assert len(mapper.layout.columns) == 40
    assert mapper._fast is not None
    assert mapper._fast._plain
    body = {"ts": time.time_ns() // 1_000_000}
    for p in made.points:
        if "r" in p.access:
            low = p.range.low if p.range else 0
            body[p.id] = False if p.kind is BOOL else low + 1
    payload = json.dumps(body).encode()
    assert mapper._fast.row(payload, time.time_ns(), lambda _: 0) is not None
