"""The form is the link type's own declaration: fields, mistakes, URL, and what stands behind it."""

import pytest

from app.bridge.connection_form import (
    ASSET,
    DEVICE,
    DISCOVER,
    KEEP,
    NAME,
    NUMBER,
    PROFILE,
    SINGLE,
    TARGET,
    UNIT,
    ConnectionForm,
)
from app.core.errors import UserFacing
from app.links.registry import LINK_TYPES, parse_url
from app.profiles.library import Library
from app.services.connection_file import SavedAsset, SavedConnection, SavedDevice
from app.settings import Texts


@pytest.fixture(scope="module")
def library():
    return Library()


@pytest.fixture
def form(library, qapp):
    return ConnectionForm(library, Texts())


def fill(form, **values):
    for name, text in values.items():
        form.set_value(name, text)


@pytest.mark.parametrize("scheme", [each.scheme for each in LINK_TYPES])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_link_type_has_labelled_fields(library, scheme, language, qapp):
    form = ConnectionForm(library, Texts(language))
    form.set_scheme(scheme)
    fields = form.fields()
    assert len({field.name for field in fields}) == len(fields)
    for field in fields:
        assert field.label
        assert not field.label.startswith("links."), field.label
        if field.kind == "choice":
            assert field.choices


def test_an_asset_over_modbus_tcp(form):
    form.set_scheme("modbus+tcp")
    assert "name" in form.mistake()
    fill(form, **{NAME: "Bench", "host": "10.0.0.7", "port": "502"})
    assert "Asset number" in form.mistake()
    fill(form, **{NUMBER: "SP-0231"})
    assert form.mistake() == ""
    connection = form.connection()
    assert connection.assets[0].number == "SP-0231"
    assert parse_url(connection.url).url() == connection.url
    assert "10.0.0.7" in connection.url


def test_one_device_keeps_profile_and_unit(form):
    form.set_scheme("modbus+tcp")
    fill(form, **{NAME: "Meter", "host": "10.0.0.8", TARGET: SINGLE, DEVICE: "meter-1"})
    fill(form, **{PROFILE: "eastron-sdm630", UNIT: "31"})
    assert form.connection().devices == (
        SavedDevice(key="meter-1", profile="eastron-sdm630", unit=31),
    )
    fill(form, **{UNIT: "256"})
    assert "255" in form.mistake()


def test_a_wrong_port_names_its_field(form):
    form.set_scheme("modbus+tcp")
    fill(form, **{NAME: "Bench", "host": "10.0.0.7", NUMBER: "SP-1", "port": "70000"})
    assert "70000" in form.mistake()


def test_discovery_is_offered_for_streams_only(form):
    def targets():
        field = next(field for field in form.fields() if field.name == TARGET)
        return [value for value, _ in field.choices]

    form.set_scheme("mqtt")
    assert DISCOVER in targets()
    form.set_scheme("modbus+tcp")
    assert DISCOVER not in targets()


@pytest.mark.parametrize(
    "saved",
    [
        SavedConnection(
            name="A",
            url="modbus+tcp://10.0.0.7",
            assets=(SavedAsset(number="S", type="reference-pole"),),
        ),
        SavedConnection(name="B", url="mqtt://10.0.0.7/city/#", discover="mqtt-json-pole"),
        SavedConnection(
            name="C",
            url="modbus+tcp://10.0.0.7",
            enabled=False,
            devices=(
                SavedDevice(key="x", profile="eastron-sdm630"),
                SavedDevice(key="y", profile="eastron-sdm120"),
            ),
        ),
    ],
    ids=lambda saved: saved.name,
)
def test_loading_and_keeping_changes_nothing(form, saved):
    form.load(saved)
    assert not form.changed
    kept = form.connection()
    assert (kept.name, kept.enabled, kept.assets, kept.devices, kept.discover) == (
        saved.name,
        saved.enabled,
        saved.assets,
        saved.devices,
        saved.discover,
    )
    assert parse_url(kept.url) == parse_url(saved.url)


def test_many_behind_one_link_are_left_as_they_are(form):
    saved = SavedConnection(
        name="C",
        url="modbus+tcp://10.0.0.7",
        assets=(
            SavedAsset(number="S1", type="reference-pole"),
            SavedAsset(number="S2", type="reference-pole"),
        ),
    )
    form.load(saved)
    assert next(field for field in form.fields() if field.name == TARGET).value == KEEP
    fill(form, port="5020")
    assert form.connection().assets == saved.assets
    fill(form, **{TARGET: ASSET, NUMBER: "S9"})
    assert [asset.number for asset in form.connection().assets] == ["S9"]


def test_a_secret_is_never_in_the_connection(form):
    form.set_scheme("mqtts")
    fill(form, **{NAME: "City", "host": "10.0.0.4", NUMBER: "SP-1", "password": "hunter2"})
    assert form.secrets() == {"password": "hunter2"}
    assert "hunter2" not in repr(form.connection())
    assert form.changed
    form.revert()
    assert form.secrets() == {}


def test_a_test_needs_no_name(form):
    form.set_scheme("modbus+tcp")
    fill(form, host="10.0.0.7")
    assert form.trial().url == form.params().url()


def test_what_is_not_typed_yet_is_told_by_its_label(form):
    form.set_scheme("modbus+tcp")
    fill(form, **{NAME: "Bench"})
    assert form.mistake() == "Host is missing."
    with pytest.raises(UserFacing, match="Host is missing"):
        form.trial()


def test_a_link_is_tested_before_anybody_knows_what_is_behind_it(form):
    form.set_scheme("modbus+tcp")
    fill(form, **{NAME: "Bench", "host": "10.0.0.7"})
    assert form.mistake() == "Asset number is missing."
    assert form.trial().url == "modbus+tcp://10.0.0.7:502"
    assert form.trial().assets == ()


def test_the_name_stays_when_the_fields_change(form):
    fill(form, **{NAME: "Bench"})
    form.set_scheme("mqtt")
    assert form.name == "Bench"


def saved(name, host):
    asset = SavedAsset(number=name, type="reference-pole")
    return SavedConnection(name=name, url=f"modbus+tcp://{host}:502", assets=(asset,))


def test_changes_wait_until_their_connection_is_looked_at_again(form):
    first, second = saved("A", "10.0.0.1"), saved("B", "10.0.0.2")
    form.load(first)
    fill(form, host="10.9.9.9", **{NAME: "A2"})
    form.load(second)
    assert form.drafts() == ("A",)
    assert not form.changed
    form.reset()
    fill(form, **{NAME: "New"})
    form.load(first)
    assert (form.name, form.changed) == ("A2", True)
    assert form.connection().url == "modbus+tcp://10.9.9.9:502"
    form.revert()
    assert (form.name, form.changed) == ("A", False)
    form.reset()
    assert (form.name, form.saved) == ("New", None)
    form.keep(first)
    assert form.drafts() == ()


def test_a_draft_of_another_address_is_old(form):
    form.load(saved("A", "10.0.0.1"))
    fill(form, host="10.9.9.9")
    form.load(saved("B", "10.0.0.2"))
    form.load(saved("A", "10.0.0.3"))
    assert not form.changed
    assert "10.9.9.9" not in str(form.params().url())


def test_a_secret_that_waits_is_in_no_repr(form):
    form.load(SavedConnection(name="A", url="mqtt://10.0.0.1:1883/#", discover=""))
    form.set_value("password", "plant3d")
    form.load(saved("B", "10.0.0.2"))
    assert form.drafts() == ("A",)
    assert "plant3d" not in repr(vars(form))
