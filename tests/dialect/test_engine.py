"""The harness itself: values go where the target has them, engines are what they are called."""

import pytest

from crmspec.dialect.names import load
from crmspec.dialect.registry import DIALECTS
from tests.dialect.engine import ENGINES, EngineError, render, whole
from tests.dialect.place import NAMELESS, placed

VALUES = {"profile": {"first_name": "Anna", "Loyalty Tier": "gold"}, "event": {"total": 5.0}}


def test_every_engine_named_is_there():
    assert {engine for dialect in DIALECTS.values() for engine in dialect.engines} <= set(ENGINES)


@pytest.mark.parametrize(
    ("dialect", "keys", "value"),
    [
        pytest.param("customerio", ("customer", "Loyalty Tier"), "gold", id="an odd name"),
        pytest.param("braze", (NAMELESS, "first_name"), "Anna", id="below no name"),
        pytest.param("klaviyo", ("person", "Loyalty Tier"), "gold", id="looked up"),
        pytest.param("moengage", ("UserAttribute", "First Name"), "Anna", id="a subscript"),
        pytest.param("bloomreach", ("customer", "Loyalty Tier"), "gold", id="a call of get"),
    ],
)
def test_values_are_placed(dialect, keys, value):
    context = placed(VALUES, load(dialect))
    for key in keys:
        context = context[key]
    assert context == value


def test_values_are_as_systems_keep_them():
    assert whole({"a": 5.0, "b": None, "c": [1.5, {"d": None}]}) == {"a": 5, "c": [1.5, {}]}


@pytest.mark.parametrize(
    "dialect", ["customerio", "klaviyo", "bloomreach"], ids=["Liquid", "Django", "Jinja2"]
)
def test_a_broken_template_is_an_error(dialect):
    with pytest.raises(EngineError):
        render(dialect, "{% if %}", VALUES)
