"""Bodies as an author writes them."""

import pytest

from crmspec.engine.resource import Address
from crmspec.ir.target import Target
from crmspec.providers.sandbox.decode import decode

CHAIN = Address("chain", "hello")


@pytest.mark.parametrize(
    ("naming", "there", "expected"),
    [
        pytest.param("{title}", "Hello", {"title": "Hello"}, id="the title"),
        pytest.param("[{project}] {title}", "[shop] Hello", {"title": "Hello"}, id="a pattern"),
        pytest.param("[{project}] {title}", "Hello", {"title": "Hello"}, id="no pattern any more"),
        pytest.param("{project}-{id}", "shop-hello", {"title": "shop-hello"}, id="without a title"),
    ],
)
def test_names(naming, there, expected):
    target = Target(id="t", platform="sandbox", naming=naming)
    assert decode(CHAIN, {"title": there}, target, "shop") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"audience": {"$ref": "segment.vip"}}, {"audience": "vip"}, id="a reference"),
        pytest.param({"steps": [{"start": "self"}]}, {"steps": [{"start": "hello"}]}, id="itself"),
        pytest.param({"set": {"$$ref": 1}}, {"set": {"$ref": 1}}, id="a key with a dollar"),
    ],
)
def test_values(body, expected):
    target = Target(id="t", platform="sandbox")
    made = decode(CHAIN, {"title": "Hi"} | body, target, "shop")
    assert made == {"title": "Hi"} | expected


def test_channels_folded_into_messages_are_named_again():
    body = {"title": "Hi", "channel": {"id": "email", "type": "email"}, "tags": ["promo"]}
    made = decode(Address("message", "hi"), body, Target(id="t", platform="sandbox"), "shop")
    assert made == {"title": "Hi", "channel": "email", "tags": ["promo"]}
