"""Marketing that nobody agreed to."""

import pytest

from crmspec.rules import marketing_without_consent

SHOP = """
events: {cart_updated: {}}
consents: {mail: {channel: email}, calls: {channel: call}, all: {}}
channels:
  email: {type: email, consent: mail}
  sms: {type: sms}
  call: {type: voice}
  site: {type: onsite}
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
