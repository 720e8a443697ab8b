"""Lengths that channels refuse, and those that screens cut off."""

import pytest

from crmspec.content.limit import LIMITS, exceeded, size


@pytest.mark.parametrize(
    ("type_", "texts", "seen"),
    [
        pytest.param("telegram", {"text": "a" * 4096}, [], id="a full chat message"),
        pytest.param("telegram", {"text": "a" * 4097}, [("text", 4096, 4097)], id="one more"),
        pytest.param("telegram", {"text": "🙂" * 2049}, [("text", 4096, 4098)], id="emoji are two"),
        pytest.param(
            "telegram", {"text": "a" * 1025, "image": "i"}, [("text", 1024, 1025)], id="a caption"
        ),
        pytest.param(
            "telegram",
            {"buttons.0.callback": "я" * 33, "buttons.0.label": "я" * 99},
            [("buttons.0.callback", 64, 66)],
            id="a button's data in bytes",
        ),
        pytest.param(
            "viber",
            {"buttons.0.label": "a", "buttons.0.url": "b", "buttons.1.label": "c"},
            [("buttons", 1, 2)],
            id="buttons, not their parts",
        ),
        pytest.param("web_push", {"heading": "a", "text": "b" * 4096}, [("text", 4096, 4097)],
                     id="all together"),
        pytest.param("email", {"html": "я" * 60000}, [("html", 104448, 120000)],
                     id="a long letter"),
        pytest.param("sms", {"text": "a" * 9999}, [], id="counted elsewhere"),
    ],
)  # fmt: skip
def test_limits(type_, texts, seen):
    found = [(one.field, one.limit.most, one.size) for one in exceeded(type_, texts)]
    assert found == seen


def test_limits_say_where_they_are_from():
    assert all(one.source.startswith("https://") for found in LIMITS.values() for one in found)
    assert size("я🙂") == 2


def test_what_a_phone_shows_is_not_hard():
    found = list(exceeded("mobile_push", {"heading": "a" * 50, "text": "a" * 161}))
    assert [(one.limit.platform, one.limit.most, one.limit.hard) for one in found] == [
        ("iOS", 40, False), ("Android", 49, False), ("iOS", 160, False),
    ]  # fmt: skip
