"""Marketing that nobody agreed to."""

from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import marketing_without_consent

SHOP = """
events: {cart_updated: {}}
consents:
  mail: {channel: email}
  calls: {channel: call}
  all: {}
  orders: {channel: sms, purpose: transactional}
  pool: {purpose: ads}
channels:
  email: {type: email, consent: mail}
  sms: {type: sms}
  call: {type: voice}
  site: {type: onsite}
  letters: {type: email, consent: orders}
  pages: {type: web_push, consent: all}
  ads: {type: audience_sync, consent: pool}
segments:
  agreed: {consent: all}
  everybody: {event: cart_updated}
messages:
  letter: {channel: email, subject: S, body: B}
  ad: {channel: sms, text: T}
  offer: {channel: sms, text: T}
  allowed: {channel: sms, text: T, consent: all}
  code: {channel: sms, text: T, category: transactional}
  popup: {channel: site, text: T}
  foreign: {channel: sms, text: T, consent: mail}
  receipt: {channel: sms, text: T, consent: orders}
  odd: {channel: letters, subject: S, body: B}
  vague: {channel: sms, text: T, consent: forgotten}
  first: {channel: letters, subject: S, body: B}
  news: {channel: pages, heading: H}
  shown: {channel: ads, audience: everybody}
"""


def chain(steps, head=""):
    return f"chains: {{c: {{trigger: cart_updated, {head} steps: [{steps}]}}}}"


@pytest.mark.parametrize(
    ("source", "places"),
    [
        pytest.param(chain("{send: ad}"), ["sms"], id="an advertisement"),
        pytest.param(
            chain("{send: ad}, {send: offer}, {send: ad}"), ["sms"], id="said once a channel"
        ),
        pytest.param(chain("{send: [letter, ad]}"), ["sms"], id="a choice of channels"),
        pytest.param(chain("{branch: {if: everybody, then: [{send: ad}]}}"), ["sms"], id="inside"),
        pytest.param(
            chain("{send: ad}", "audience: {consent: calls},"), ["sms"], id="another permission"
        ),
        pytest.param(
            "broadcasts: {b: {audience: everybody, message: ad}}", ["sms"], id="a broadcast"
        ),
        pytest.param(chain("{send: foreign}"), ["mail"], id="the consent of another channel"),
        pytest.param(chain("{send: receipt}"), ["orders"], id="a consent of another purpose"),
        pytest.param(chain("{send: odd}"), ["orders"], id="a channel with a wrong consent"),
        pytest.param(
            chain("{send: foreign}, {send: receipt}, {send: ad}"),
            ["sms", "mail", "orders"],
            id="said for each message that names a consent",
        ),
        pytest.param(
            chain("{send: ad}", "audience: {consent: orders},"), ["sms"], id="asked of the wrong"
        ),
        pytest.param(
            chain("{send: foreign, only: {consent: all}}"), [], id="asked although wrongly named"
        ),
        pytest.param(
            chain("{send: vague}"), [], id="an unknown consent has the benefit of the doubt"
        ),
        pytest.param(
            chain("{send: ad, only: {consent: all, is: unsubscribed}}"),
            ["sms"],
            id="those who said no",
        ),
        pytest.param(
            chain("{send: ad, only: {consent: all, is: opted_in}}"), [], id="those who said yes"
        ),
        pytest.param(chain("{send: news}"), [], id="a consent for every channel"),
        pytest.param(
            "broadcasts: {b: {audience: everybody, message: shown}}",
            [],
            id="a consent for advertising audiences",
        ),
        pytest.param(chain("{send: letter}"), [], id="a channel with a consent"),
        pytest.param(chain("{send: allowed}"), [], id="a message with a consent"),
        pytest.param(chain("{send: code}"), [], id="no marketing"),
        pytest.param(chain("{send: popup}"), [], id="on the own site"),
        pytest.param(chain("{send: ad}", "status: draft,"), [], id="a draft"),
        pytest.param(chain("{send: ad}", "audience: agreed,"), [], id="the audience has agreed"),
        pytest.param(chain("{send: ad, only: {consent: all}}"), [], id="the receiver has agreed"),
        pytest.param("broadcasts: {b: {audience: agreed, message: ad}}", [], id="those who agreed"),
        pytest.param(
            "broadcasts: {b: {audience: [agreed, everybody], message: ad}}",
            ["sms"],
            id="those who agreed and all the others",
        ),
        pytest.param(
            "broadcasts: {b: {audience: broken, message: ad}}", [], id="nobody knows who they are"
        ),
        pytest.param(chain("{send: ad}", "audience: broken,"), [], id="an unknown audience"),
        pytest.param(chain("{send: unknown}"), [], id="an unknown message"),
        pytest.param("stages: {one: {order: 1, touchpoints: ad}}", [], id="nobody sends it"),
    ],
)
def test_places(findings, source, places):
    found = findings(marketing_without_consent, SHOP, source)
    assert [text for _, text, _ in found] == places


def test_messages_are_counted(findings):
    found = findings(marketing_without_consent, SHOP, chain("{send: ad}, {send: offer}"))
    assert found[0][0] == "marketing goes out over `sms` without a consent: `ad` and 1 more"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(
            "foreign",
            "the marketing message `foreign` goes out over `sms`, which `mail` does not permit",
            id="named by the message",
        ),
        pytest.param(
            "odd",
            "the marketing message `odd` goes out over `letters`, which `orders` does not permit",
            id="named by the channel",
        ),
    ],
)
def test_the_consent_is_named(findings, source, message):
    found = findings(marketing_without_consent, SHOP, chain(f"{{send: {source}}}"))
    assert [one for one, _, _ in found] == [message]


def test_messages_of_a_channel_with_a_wrong_consent_are_counted(findings):
    found = findings(marketing_without_consent, SHOP, chain("{send: odd}, {send: first}"))
    (message,) = [one for one, _, _ in found]
    assert message == (
        "marketing goes out over `letters`, which `orders` does not permit: `odd` and 1 more"
    )


def test_help_says_why_what_was_asked_does_not_count():
    """A consent of the project that nobody knows is no reason."""
    program = build(
        document
        for number, one in enumerate((SHOP, chain("{send: ad}", f"audience: [{ASKED}],")))
        for document in read(f"{number}.yaml", dedent(one).encode()).documents
    )
    (found,) = marketing_without_consent.check(Portfolio(program))
    reasons = [one.english() for one in found.help if "asking" in one.english()]
    assert reasons == [
        "asking the receivers does not help: `calls` is for the channel `call`",
        "asking the receivers does not help: the purpose of `orders` is `transactional`",
    ]


ASKED = "{consent: calls}, {consent: orders}"
