"""The words for chains that meet, and how many customers it concerns."""

from types import SimpleNamespace

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import meeting


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        pytest.param("", "nobody", id="none"),
        pytest.param("a", "`a`", id="one"),
        pytest.param("ab", "`a` and `b`", id="two"),
        pytest.param("abc", "`a`, `b` and `c`", id="three"),
        pytest.param("abcd", "`a`, `b` and 2 more", id="four"),
        pytest.param("abcdef", "`a`, `b` and 4 more", id="six"),
    ],
)
def test_names(ids, expected):
    assert meeting.names(tuple(ids)).english() == expected


SHOP = """
events: {signup: {}}
consents: {news: {channel: email}}
channels:
  email: {type: email, consent: news, cost: {amount: 0.5, currency: RUB}}
  sms: {type: sms}
messages: {hello: {channel: email, subject: S, body: B}}
chains:
  daily: {trigger: signup, expected_entries: 240 per day, steps: [{send: hello}]}
  hourly: {trigger: signup, expected_entries: 1 000/h, steps: [{send: hello}]}
  monthly: {trigger: signup, expected_entries: 300 per month, steps: [{send: hello}]}
  silent: {trigger: signup, steps: [{send: hello}]}
broadcasts: {mailing: {audience: all, message: hello}}
"""


@pytest.fixture
def portfolio():
    return Portfolio(build(read("a.yaml", SHOP.encode()).documents))


@pytest.mark.parametrize(
    ("chains", "expected"),
    [
        pytest.param(["daily"], 240, id="a day"),
        pytest.param(["hourly"], 24_000, id="an hour"),
        pytest.param(["hourly", "monthly", "daily"], 10, id="the least of all"),
        pytest.param(["silent", "mailing"], 0, id="not known"),
    ],
)
def test_customers_a_day(portfolio, chains, expected):
    assert meeting.customers(portfolio, chains) == expected


def test_places(portfolio):
    def written(span):
        return SHOP[span.start : span.end]

    def said(**known):
        entry = SimpleNamespace(**{"chain": None, "broadcast": None, "step": None, **known})
        return written(meeting.spoken(portfolio, entry))

    assert said(chain="daily", step="daily.steps.0") == "hello"
    assert said(chain="daily") == "signup"
    assert said(broadcast="mailing") == "mailing"


def test_costs(portfolio):
    entries = [SimpleNamespace(channel=one) for one in ("email", "sms", None, "email")]
    assert meeting.cost(portfolio, entries) == 1.0
