"""The published JSON Schema and the loader are one declaration, and agree on any change."""

import json
import math
import tomllib
from copy import deepcopy

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.profiles import schema
from app.profiles.checking import check_table
from app.profiles.shapes import json_schema
from app.settings import RESOURCES

SHIPPED = [
    *[("profile", path) for path in sorted((RESOURCES / "profiles").glob("*.toml"))],
    *[("asset_type", path) for path in sorted((RESOURCES / "asset_types").glob("*.toml"))],
]
ROOTS = {
    "profile": (schema.PROFILE, "Wayside device profile"),
    "asset_type": (schema.ASSET_TYPE, "Wayside asset type"),
}


def published(name):
    return json.loads((RESOURCES / "schemas" / f"{name}.schema.json").read_text("utf-8"))


VALIDATORS = {name: jsonschema.Draft202012Validator(published(name)) for name in ROOTS}


@pytest.mark.parametrize("name", ROOTS)
def test_what_is_published_is_what_is_checked(name):
    jsonschema.Draft202012Validator.check_schema(published(name))
    assert published(name) == json_schema(*ROOTS[name])


@pytest.mark.parametrize(("name", "path"), SHIPPED, ids=lambda value: getattr(value, "stem", value))
def test_shipped_files_fit(name, path):
    document = tomllib.loads(path.read_text("utf-8"))
    assert list(VALIDATORS[name].iter_errors(document)) == []
    assert list(check_table(document, ROOTS[name][0])) == []


DOCUMENTS = [
    (name, tomllib.loads(path.read_text("utf-8")))
    for name, path in SHIPPED
    if path.stem in ("rs485-weather-louver", "nbiot-sign", "reference-sign")
]
SCALARS = st.one_of(
    st.text(max_size=6),
    st.integers(-3, 70000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.sampled_from(["holding", "coil", "r", "W", "ABCD", "int16", "N", "setpoint", "id-1", "x_1"]),
    st.builds(list),
    st.builds(dict),
    st.builds(lambda: {"low": 1, "high": 2}),
)


def _walk(place, data):
    """A random place inside a document."""
    while True:
        inner = [
            item
            for item in (place.values() if isinstance(place, dict) else place)
            if isinstance(item, (dict, list)) and item
        ]
        if not inner or data.draw(st.integers(0, 3)) == 0:
            return place
        place = inner[data.draw(st.integers(0, len(inner) - 1))]


def _mutate(place, data):
    if isinstance(place, list):
        if place and data.draw(st.booleans()):
            place.pop(data.draw(st.integers(0, len(place) - 1)))
        else:
            place.append(data.draw(SCALARS))
        return
    kind = data.draw(st.sampled_from(["remove", "replace", "add"]))
    if kind == "add" or not place:
        place[data.draw(st.sampled_from(["scale", "bit", "range", "zz", "topic", "7", "unit"]))] = (
            data.draw(SCALARS)
        )
        return
    key = data.draw(st.sampled_from(sorted(place)))
    if kind == "remove":
        del place[key]
    else:
        place[key] = data.draw(SCALARS)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_schema_and_loader_agree_on_any_change(data):
    name, original = DOCUMENTS[data.draw(st.integers(0, len(DOCUMENTS) - 1))]
    document = deepcopy(original)
    for _ in range(data.draw(st.integers(1, 3))):
        _mutate(_walk(document, data), data)
    problems = list(check_table(document, ROOTS[name][0]))
    errors = list(VALIDATORS[name].iter_errors(document))
    assert bool(problems) == bool(errors), (problems, errors)


def test_numbers_that_json_does_not_have_are_refused():
    _, document = deepcopy(DOCUMENTS[0])
    document["point"][0]["every_s"] = math.inf
    assert list(check_table(document, schema.PROFILE))
