"""What a condition on a channel asks, as far as the project tells which of its own is meant."""

from __future__ import annotations

import pytest

from crmspec.engine.resource import Address
from crmspec.providers.klaviyo.consent import marketing
from crmspec.providers.klaviyo.metric import recalled
from crmspec.providers.klaviyo.segment import decode_segment
from tests.providers.klaviyo.small import HEAD, TARGET, made

X = Address("segment", "x")
NEWS = marketing("email", can=True, status="subscribed")
NEVER = marketing("email", can=True, status="never_subscribed")
MAIL = marketing("email", can=True, status="any")
BARRED = marketing("email", can=False, status="any")
SMS = marketing("sms", can=True, status="subscribed")
PUSH = marketing("push", can=False, status="any")
OPENED = {
    "type": "profile-metric",
    "metric_id": "Opened Email",
    "measurement": "count",
    "measurement_filter": {"type": "numeric", "operator": "equals", "value": 0},
    "timeframe_filter": {"type": "date", "operator": "alltime"},
}
MORE = "  promo: {title: Promo, channel: email}\n"
POST = "  post: {type: email, from: {name: S, email: s@shop.example}}\n"
OWN = "  post: {type: email, consent: promo, from: {name: S, email: s@shop.example}}\n"
NO_TEXTS = "  texts: {title: Texts, channel: sms}\n"


def words(*conditions, consents="", channels="", own=None, without="-"):
    """Return a group of conditions in the words of a project, whose segment asks `own`."""
    head = HEAD.replace(without, "").replace("channels:\n", f"{consents}channels:\n{channels}", 1)
    found = made(head + ("" if own is None else f"  x: {own}\n"))
    body = {"definition": {"condition_groups": [{"conditions": list(conditions)}]}}
    return decode_segment(recalled(X, body, found.survey, TARGET))


@pytest.mark.parametrize(
    ("conditions", "project", "expected"),
    [
        pytest.param([NEWS], {}, {"consent": "news"}, id="the only consent"),
        pytest.param([NEWS], {"consents": MORE}, {}, id="one of two consents"),
        pytest.param(
            [NEWS],
            {"consents": MORE, "channels": OWN},
            {"consent": "promo"},
            id="of two consents that of a channel",
        ),
        pytest.param(
            [NEWS],
            {"consents": MORE, "own": "{any: [{consent: news}, vip]}"},
            {"consent": "news"},
            id="of two consents that which it asks",
        ),
        pytest.param(
            [NEWS],
            {"consents": MORE, "own": "{any: [{consent: news}, {consent: promo}]}"},
            {},
            id="one of two consents that it asks",
        ),
        pytest.param([BARRED, NEVER], {}, {"not": {"consent": "news"}}, id="no consent"),
        pytest.param([BARRED], {}, {"not": {"reachable": "email"}}, id="not reachable"),
        pytest.param([NEVER], {}, {}, id="who never subscribed"),
        pytest.param([MAIL], {}, {"reachable": "email"}, id="reachable"),
        pytest.param([MAIL], {"channels": POST}, {}, id="one of two channels"),
        pytest.param(
            [MAIL],
            {"channels": POST, "own": "{reachable: post}"},
            {"reachable": "post"},
            id="of two channels that which it asks",
        ),
        pytest.param([SMS], {}, {"consent": "texts"}, id="a consent to texts"),
        pytest.param(
            [SMS], {"own": "{reachable: calm}"}, {"reachable": "calm"}, id="a channel of texts"
        ),
        pytest.param([SMS], {"without": NO_TEXTS}, {}, id="one of two channels of texts"),
        pytest.param([PUSH], {}, {"not": {"reachable": "push"}}, id="no push"),
        pytest.param([OPENED], {}, {"channel": "email", "opened": False}, id="none opened"),
        pytest.param([OPENED], {"channels": POST}, {}, id="none opened, of two channels"),
        pytest.param(
            [marketing("email", can=False, status="subscribed")], {}, {}, id="what only people ask"
        ),
    ],
)
def test_what_is_asked_of_a_channel(conditions, project, expected):
    assert words(*conditions, **project) == expected
