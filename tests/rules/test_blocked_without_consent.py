"""Messages to customers who are known not to have agreed."""

import pytest

from crmspec.rules import blocked_without_consent

SHOP = """
events: {order_placed: {}, cart_updated: {}, asked: {}, answered: {}}
attributes:
  x: {}
  age: {type: integer}
  birthday: {type: date}
lists: {friends: {}}
consents: {ads: {channel: email}, other: {channel: email}}
channels: {email: {type: email, consent: ads}}
messages:
  ad: {channel: email, subject: S, body: B}
  second: {channel: email, subject: S, body: B}
"""


def chain(body):
    return f"chains: {{c: {{trigger: asked, {body}}}}}"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "audience: {consent: ads, is: pending}, steps: [{send: ad}]", id="not yet confirmed"
        ),
        pytest.param("audience: {not: {consent: ads}}, steps: [{send: ad}]", id="not given"),
        pytest.param("audience: {none: [{consent: ads}]}, steps: [{send: ad}]", id="none of"),
        pytest.param(
            "audience: {all: [{not: {consent: ads}}]}, steps: [{wait: 1d}, {send: ad}]",
            id="asked again after a wait",
        ),
        pytest.param("audience: strangers, steps: [{send: ad}]", id="a segment"),
        pytest.param(
            "steps: [{consent: {set: ads, status: unsubscribed}}, {send: ad}]",
            id="a step takes it away",
        ),
        pytest.param(
            "steps: [{send: ad, only: {not: {consent: ads}}}]", id="only to those without"
        ),
        pytest.param(
            "audience: {not: {consent: ads}}, recheck: entry, steps: "
            "[{branch: {if: {list: friends}, then: [{note: x}]}}, {send: ad}]",
            id="after a choice",
        ),
        pytest.param("audience: {not: {consent: ads}}, steps: [{send: [ad, second]}]", id="both"),
    ],
)
def test_found(findings, body):
    found = findings(blocked_without_consent, SHOP, STRANGERS, chain(body))
    message = "`c` never sends `ad`: nobody there has the consent `ads`"
    assert [one for one, _, _ in found] == [message]


STRANGERS = "segments: {strangers: {not: {consent: ads}}}"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("steps: [{send: ad}]", id="nobody asks"),
        pytest.param("audience: {consent: ads}, steps: [{send: ad}]", id="given"),
        pytest.param("audience: {not: {consent: other}}, steps: [{send: ad}]", id="another one"),
        pytest.param(
            "audience: {not: {consent: ads}}, steps: "
            "[{consent: {set: ads, status: subscribed}}, {send: ad}]",
            id="a step gives it",
        ),
        pytest.param(
            "audience: {not: {consent: ads}}, recheck: entry, steps: [{wait: 1d}, {send: ad}]",
            id="they may agree while they wait",
        ),
        pytest.param(
            "audience: {not: {consent: ads}}, recheck: entry, steps: "
            "[{wait_for: {if: {event: answered}, then: [], timeout: 1d}}, {send: ad}]",
            id="they may agree while they are asked",
        ),
        pytest.param(
            "audience: {any: [{not: {consent: ads}}, {list: friends}]}, steps: [{send: ad}]",
            id="one of two",
        ),
        pytest.param(
            "audience: {not: {consent: ads, is: pending}}, steps: [{send: ad}]",
            id="all but those who have not confirmed",
        ),
        pytest.param(
            "audience: {not: {consent: ads, method: form}}, steps: [{send: ad}]",
            id="all but those who agreed in a form",
        ),
        pytest.param(
            "status: draft, audience: {not: {consent: ads}}, steps: [{send: ad}]", id="a draft"
        ),
        pytest.param(
            "steps: [{consent: {set: ads, status: unsubscribed}, only: {list: friends}}, "
            "{send: ad}]",
            id="taken from some",
        ),
        pytest.param("audience: strangers, steps: [{send: missing}]", id="no such message"),
        pytest.param(
            "audience: strangers, steps: [{send: {messages: [ad], group: loud}}]",
            id="whatever channel of a group is open",
        ),
    ],
)
def test_not_found(findings, body):
    assert findings(blocked_without_consent, SHOP, STRANGERS, chain(body)) == []


TAKEN = "{consent: {set: ads, status: unsubscribed}}"
BY_CONSENT = "{branch: {if: {consent: ads}, then: [%s], else: [%s]}}"


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        pytest.param(
            f"steps: [{BY_CONSENT % ('{send: ad}', '{send: second}')}]",
            ["second"],
            id="to those without it only",
        ),
        pytest.param(
            f"steps: [{BY_CONSENT % ('{send: ad}', '{send: push}')}]", [], id="by another channel"
        ),
        pytest.param(
            f"audience: {{consent: ads}}, steps: [{{send: ad}}, {TAKEN}, {{send: push}}]",
            ["push"],
            id="the audience asks for it before every message",
        ),
        pytest.param(
            f"audience: {{consent: ads}}, steps: [{TAKEN}, "
            f"{BY_CONSENT % ('{send: ad}', '{send: push}')}, {{send: second}}]",
            ["push"],
            id="one finding for what takes it away",
        ),
        pytest.param(
            f"audience: {{consent: ads}}, recheck: entry, steps: [{TAKEN}, {{send: push}}]",
            [],
            id="the audience is asked for at entry only",
        ),
        pytest.param(
            f"audience: {{consent: ads}}, steps: [{TAKEN}, {{wait: 1d}}, {{send: push}}]",
            [],
            id="they may agree again while they wait",
        ),
        pytest.param(
            f"audience: {{all: [{{segment: readers}}, {{list: friends}}]}}, "
            f"steps: [{TAKEN}, {{send: push}}]",
            ["push"],
            id="a segment of the audience asks for it",
        ),
    ],
)
def test_consents_that_choices_and_audiences_ask_for(findings, body, messages):
    more = """
    consents: {notes: {channel: app}}
    channels: {app: {type: mobile_push, consent: notes}}
    messages: {push: {channel: app, heading: H, text: T}}
    segments: {readers: {consent: ads}}
    """
    told = [f"`c` never sends `{id_}`: nobody there has the consent `ads`" for id_ in messages]
    found = findings(blocked_without_consent, SHOP, more, chain(body))
    assert [one for one, _, _ in found] == told


def test_one_finding_for_what_denies_the_consent(findings):
    body = "audience: {not: {consent: ads}}, steps: [{send: ad}, {wait: 1d}, {send: second}]"
    assert len(findings(blocked_without_consent, SHOP, chain(body))) == 1


def test_messages_without_a_consent_of_their_own(findings):
    channel = """
    channels: {site: {type: onsite}}
    messages:
      banner: {channel: site, text: T}
      letter: {channel: email, topic: care, subject: S, body: B}
    """
    for body in (
        "audience: {not: {consent: ads}}, steps: [{send: banner}]",
        "audience: {consent: ads, is: pending}, steps: [{send: letter}]",
        "audience: {not: {consent: ads, topic: care}}, steps: [{send: ad}]",
        "audience: {none: [{list: friends}]}, steps: [{send: ad}]",
        "audience: nobody_knows, steps: [{send: ad}]",
        (
            "audience: [{attribute: age, lt: 1}, {attribute: age, gt: 9}, {not: {consent: ads}}], "
            "steps: [{send: ad}]"
        ),
    ):
        assert findings(blocked_without_consent, SHOP, channel, chain(body)) == []
