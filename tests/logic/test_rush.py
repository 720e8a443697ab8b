"""The sends of one passage that come closest together."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.rush import MANY, rush

SHOP = """
events: {signup: {}}
channels: {email: {type: email}}
messages: {a: {channel: email, subject: S, body: B}, b: {channel: email, subject: S, body: B}}
chains: {c: {trigger: signup, steps: [%s]}}
"""
DAY = 1440
FORK = (
    "{branch: {if: {event: signup}, then: [{send: a}], else: [{wait: 1h}, {send: a}, {send: a}]}}"
)


@pytest.mark.parametrize(
    ("steps", "offsets"),
    [
        pytest.param("{send: a}, {send: a}", (0, 0), id="at once"),
        pytest.param("{send: b}, {wait: 2d}", (), id="nothing that counts"),
        pytest.param("{send: a}, {wait: 1d}, {send: a}", (0,), id="a day apart"),
        pytest.param("{send: a}, {wait: 23h}, {send: a}", (0, 23 * 60), id="inside a day"),
        pytest.param(
            "{send: a}, {wait: 2d}, {send: a}, {wait: 1h}, {send: a}",
            (2 * DAY, 2 * DAY + 60),
            id="the later ones",
        ),
        pytest.param(FORK, (60, 60), id="the way with more"),
        pytest.param(
            "{send: a}, {wait: 1h}, {send: a}, {wait: 1d}, {send: a}, {send: a}",
            (1500, 1500),
            id="of two as long the shorter",
        ),
        pytest.param(", ".join(["{send: a}"] * 20), (0,) * MANY, id="no more than are needed"),
    ],
)
def test_the_most_that_fit_into_a_day(steps, offsets):
    program = build(read("a.yaml", (SHOP % steps).encode()).documents)
    track = Portfolio(program).tracks["c"]
    found = rush(track, lambda node: int("a" in node.messages), DAY)
    assert found.offsets == offsets
    assert len(found.steps) == len(offsets)
