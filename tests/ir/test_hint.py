"""The types of fields are what Python itself says they are."""

from __future__ import annotations

from typing import get_type_hints

from msgspec import structs

from crmspec.ir.hint import hints, required
from crmspec.ir.value import Located


def _all(cls):
    yield cls
    for one in cls.__subclasses__():
        yield from _all(one)


def test_fields_have_the_types_that_python_finds():
    for cls in _all(Located):
        found, names = get_type_hints(cls, include_extras=True), cls.__struct_fields__
        assert {name: found[name] for name in names} == {name: hints(cls)[name] for name in names}


def test_fields_without_a_default_are_required():
    for cls in _all(Located):
        assert required(cls) == {one.name for one in structs.fields(cls) if one.required}
