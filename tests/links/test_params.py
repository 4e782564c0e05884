"""URLs and parameters: both ways, with exact errors, and never with a secret."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UserFacing
from app.links.mqtt_params import MqttParams
from app.links.registry import LINK_TYPES, parse_url
from app.links.syntax import is_topic_filter
from app.settings import Texts


def test_a_topic_filter_keeps_its_hash_and_its_options():
    params = parse_url("mqtt://broker:1884/city/+/lamp/#?version=311&qos=0&user=li")
    assert params == MqttParams(
        host="broker", port=1884, filter="city/+/lamp/#", version="311", qos=0, user="li"
    )
    assert params.url() == "mqtt://broker:1884/city/+/lamp/#?user=li&version=311&qos=0"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mqqt://h", ['"mqqt"', 'mean "mqtt"', "mqtts"]),
        ("xyzzyplugh://h", ['"xyzzyplugh"', "link types are"]),
        ("mqtt:/h", ["://"]),
        ("mqtt://h?verson=5", ['"verson"', '"version"']),
        ("mqtt://h?zzzzz=5", ['"zzzzz"', "options are", "keepalive_s"]),
        ("mqtt://h:99999", ["99999", "1 to 65535"]),
        ("mqtt://h:18x3", ['"18x3"', '"port"']),
        ("mqtt://h?keepalive_s=ten", ['"ten"', '"keepalive_s"']),
        ("mqtt://h?keepalive_s=1_0", ['"1_0"']),
        ("mqtt://h?version=4", ['"4"', "5, 311"]),
        ("mqtt://h?qos=3", ["0, 1, 2"]),
        ("mqtt:///city/#", ["no host"]),
        ("mqtt://h?qos=1&qos=2", ["twice"]),
        ("mqtt://fe80::1:1883", ["brackets"]),
        ("mqtt://no such host", ['"no such host"', "host name"]),
        ("mqtt://a..b", ['"a..b"', "host name"]),
        ("modbus+tcp://" + "a" * 64 + ":502", ["63"]),
        ("modbus+tcp://a%00b:502", ["host name"]),
        ("mqtt://h/a/#/b", ['"a/#/b"', "at the end"]),
        ("mqtt://h/a+/b", ['"a+/b"', "between slashes"]),
        ("mqtt://h/$share/g", ['"$share/g"', "$share/group/filter"]),
        ("mqtt://h/$share/+/a", ["$share/group/filter"]),
    ],
)
def test_a_mistake_is_named_with_what_would_be_right(url, words):
    with pytest.raises(UserFacing) as error:
        parse_url(url)
    for word in words:
        assert word in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "mqtt://user:hunter2@host",
        "mqtt://host?password=hunter2",
        "mqtt://host?user=a&PASSWD=hunter2",
        "modbus+tcp://u:hunter2@host:502",
        "nonsense://u:hunter2@host",
    ],
)
def test_a_password_in_a_url_is_refused_and_never_repeated(url):
    with pytest.raises(UserFacing) as error:
        parse_url(url)
    assert "hunter2" not in str(error.value)
    assert "keyring" in str(error.value)


def test_an_ipv6_host_stands_in_brackets_both_ways():
    params = parse_url("mqtt://[fe80::1]:1883/a")
    assert params == MqttParams(host="fe80::1", filter="a")
    assert parse_url(params.url()) == params


def test_every_label_and_title_has_a_text_in_both_languages():
    for language in ("en", "zh_CN"):
        texts = Texts(language)
        for entry in LINK_TYPES:
            keys = [entry.title, *(field.label for field in entry.params.form())]
            keys += [f"links.secret.{name}" for name in entry.params.secret_fields]
            for key in keys:
                assert texts.get(key) != key, (language, key)


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=30)


@given(
    host=st.from_regex(r"[a-z][a-z0-9-]{0,9}(\.[a-z0-9-]{1,9}){0,2}", fullmatch=True),
    port=st.integers(1, 65535),
    topic=_TEXT.filter(is_topic_filter),
    user=_TEXT,
    client=_TEXT,
    qos=st.sampled_from([0, 1, 2]),
)
def test_any_parameters_survive_their_url(host, port, topic, user, client, qos):
    params = MqttParams(host=host, port=port, filter=topic, user=user, client=client, qos=qos)
    assert parse_url(params.url()) == params


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_a_user_facing_error(text):
    for url in (text, "mqtt://" + text, "mqtts://h/" + text):
        with contextlib.suppress(UserFacing):
            parse_url(url)
