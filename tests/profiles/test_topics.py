"""Topics and command messages."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UserFacing
from app.core.profiles import MqttDefaults, MqttPath, Range
from app.core.rows import ValueKind
from app.profiles.library import Library
from app.profiles.topics import device_in, encode_command, topic_filter, topic_of, topics
from tests.profiles.making import point, profile


def test_a_topic_holds_the_assets_number():
    assert topic_of("wayside/{device}/telemetry", "SP-0001/lamp1") == "wayside/SP-0001/telemetry"
    assert topic_filter("wayside/{device}/telemetry") == "wayside/+/telemetry"
    assert topic_filter("wayside/gw-{device}/up") == "wayside/+/up"


@pytest.mark.parametrize(
    ("template", "topic", "name"),
    [
        ("wayside/{device}/telemetry", "wayside/SP-0001/telemetry", "SP-0001"),
        ("wayside/{device}/telemetry", "wayside/SP-0001/command", None),
        ("wayside/{device}/telemetry", "wayside/a/b/telemetry", None),
        ("wayside/{device}/telemetry", "wayside//telemetry", None),
        ("gw-{device}-x/up", "gw-7-x/up", "7"),
        ("gw-{device}-x/up", "gw--x/up", None),
        ("gw-{device}-x/up", "gw-x/up", None),
        ("{device}/{device}", "a/a", "a"),
        ("{device}/{device}", "a/b", None),
    ],
)
def test_the_device_in_a_topic(template, topic, name):
    assert device_in(template, topic) == name


@given(st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True))
def test_a_name_comes_back_out_of_its_topic(name):
    for template in ("wayside/{device}/telemetry", "a/gw{device}x", "{device}"):
        assert device_in(template, topic_of(template, f"{name}/slot")) == name


def test_the_models_topics():
    made = profile(point("a"), point("b", mqtt=MqttPath(path="b", topic="x/{device}")))
    assert topics(made) == ("wayside/{device}/telemetry", "x/{device}")
    assert topics(Library().profile("eastron-sdm120")) == ()


def test_a_command_is_an_object_of_the_point():
    made = Library().profile("mqtt-json-pole")
    topic, payload = encode_command(made, "SP-0001", made.point("lamp1_dim_command"), 40)
    assert topic == "wayside/SP-0001/command"
    assert json.loads(payload) == {"lamp1_dim_command": 40}
    sign = Library().profile("nbiot-sign")
    _, payload = encode_command(sign, "TS-0001", sign.point("message_command"), "前方施工")
    assert json.loads(payload) == {"message_command": "前方施工"}
    _, payload = encode_command(sign, "TS-0001", sign.point("led_command"), 1)
    assert payload == b'{"led_command":true}'


def test_a_scaled_command_is_sent_raw():
    made = profile(
        point("a", access="w", mqtt=MqttPath(path="a", scale=0.5, offset=1)),
        mqtt=MqttDefaults(command_topic="{device}/set"),
    )
    assert json.loads(encode_command(made, "d", made.point("a"), 6)[1]) == {"a": 10.0}


@pytest.mark.parametrize(
    ("made", "value", "word"),
    [
        (point("a", access="w", range=Range(low=0, high=100)), 101, "between"),
        (point("a", access="r"), 1, "over MQTT"),
        (point("a", access="w", kind=ValueKind.TEXT), 1, "text"),
    ],
)
def test_what_may_not_be_sent_is_refused(made, value, word):
    whole = profile(made, mqtt=MqttDefaults(command_topic="{device}/set"))
    with pytest.raises(UserFacing, match=word):
        encode_command(whole, "d", made, value)


def test_a_model_without_a_command_topic_takes_none():
    made = profile(point("a", access="w"))
    with pytest.raises(UserFacing, match="over MQTT"):
        encode_command(made, "d", made.point("a"), 1)
