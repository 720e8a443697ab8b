import pytest

from crmspec.engine.resource import Address, pointed, references

VIP = {"$ref": "segment.vip"}


def test_references_are_found_wherever_they_stand():
    body = {"audience": VIP, "steps": [{"send": {"$ref": "message.hello"}}, VIP, "segment.other"]}
    assert references(body) == {Address("segment", "vip"), Address("message", "hello")}


def test_a_pointer_of_the_kind_that_is_asked_for():
    assert pointed(VIP, "segment") == "vip"


@pytest.mark.parametrize("value", [VIP, [VIP], {"if": {"$ref": "message.a"}}, "message.a", None])
def test_anything_else_is_refused(value):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - it has no words: nobody is told
        pointed(value, "message")
    assert caught.value.args == (value,)
