"""What is told of a witness, and that its journey test repeats it."""

import json

import pytest
from msgspec import structs

from crmspec.diagnostics import Verdict
from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.evidence import evidence, fingerprint, timeline, who
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Entrance, Stage, Witness, enact, replay
from crmspec.schema import validate
from crmspec.semantics.journey import judge, scenario
from crmspec.semantics.scenario import Customer, Happening, Reaction, Scenario

SHOP = """
project: shop
timezone: Europe/Moscow
events:
  order: {properties: {total: {type: number}}}
  visit: {title: Visit}
attributes:
  city: {type: string}
channels:
  email: {type: email, consent: news}
  sms: {type: sms}
consents:
  news: {channel: email, topics: [sale, tips]}
lists: {staff: {title: Staff}}
objects: {contract: {properties: {kind: {type: string}}}}
messages:
  hello: {channel: email, topic: sale, subject: Hello, text: Hello}
  more: {channel: email, subject: More, text: More}
experiments:
  colours: {variants: {red: {weight: 50}, blue: {weight: 50}}}
frequency:
  one_a_day: {limits: ["1 per 1d"]}
chains:
  welcome:
    trigger: order
    audience: {attribute: city, eq: Kazan}
    exit: [visit]
    steps: [{send: hello}, {wait: 1h}, {send: more}, {wait: 1d}, {send: more}]
  called: {trigger: {api: poke}, steps: [{wait: 1d}]}
segments:
  vip: {attribute: city, eq: Kazan}
  far: {attribute: city, eq: Omsk}
"""
START = 30_060_000


def portfolio(*more):
    results = [read(f"{n}.yaml", one.encode()) for n, one in enumerate((SHOP, *more))]
    assert not [one for result in results for one in result.diagnostics]
    return Portfolio(build(document for result in results for document in result.documents))


def lost(entry):
    return entry.kind == "skip" and entry.reason == "cap"


@pytest.fixture
def overload():
    shop = portfolio()
    stage = Stage((Entrance("welcome"),), lambda trace: any(map(lost, trace.entries)))
    return shop, enact(shop, stage)


def test_the_finding_s_entries_are_marked_and_the_last(overload):
    shop, witness = overload
    told = evidence(shop, witness, code="CRM302", counted=lost)
    assert [(line.at, line.kind) for line in told.timeline] == [
        ("2027-03-01T09:00", "event"),
        ("2027-03-01T09:00", "enter"),
        ("2027-03-01T09:00", "send"),
        ("2027-03-01T10:00", "lose"),
    ]
    assert [line.counted for line in told.timeline] == [False, False, False, True]
    assert all(line.span is not None for line in told.timeline[1:])


def test_what_is_told_in_short(overload):
    shop, witness = overload
    told = evidence(shop, witness, code="CRM302", harm=(1.0, 2.0, 3.0))
    assert told.verdict is Verdict.VIOLATED
    assert (told.profile, told.timezone, told.chains) == (
        "reference",
        "Europe/Moscow",
        ("welcome",),
    )
    assert told.replay == f"CRM302-{fingerprint(witness.scenario)}"
    assert told.harm == (1.0, 2.0, 3.0)
    assert [one.english() for one in told.who] == [
        "`city` is Kazan",
        "`news` is subscribed",
        "can be reached by `email`",
    ]


def test_without_a_code_the_name_is_the_fingerprint(overload):
    shop, witness = overload
    assert evidence(shop, witness).replay == fingerprint(witness.scenario)


def test_equal_scenarios_have_one_name_and_others_another():
    one, same = (Scenario(start=START, until=START + 9) for _ in range(2))
    other = Scenario(start=START, until=START + 10)
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)


EVERYTHING = Scenario(
    customer=Customer(
        timezone="Asia/Vladivostok",
        locale="ru",
        created=START - 9000,
        attributes={"city": "Kazan"},
        consents={"news": "subscribed", "news.sale": "subscribed", "news.tips": "unsubscribed"},
        reachable=frozenset({"email"}),
        suppressed={"sms": "invalid"},
        lists=frozenset({"staff"}),
        segments={"vip": True, "far": False},
        devices=({"os": "ios", "push_enabled": True},),
        place={"city": "Kazan"},
        related={"contract": ({"kind": "a"}, {"kind": "b"})},
        variants={"colours": "red"},
    ),
    start=START,
    until=START + 9000,
    happenings=(
        Happening(moment=START - 5000, subject="order", data={"total": 5}),
        Happening(moment=START - 4000, subject="visit"),
        Happening(moment=START - 3000, subject="visit"),
        Happening(moment=START, subject="order", data={"total": 5}),
        Happening(moment=START + 1, kind="attribute", subject="city", data={"value": "Omsk"}),
        Happening(moment=START + 2, kind="attribute", subject="city", data={"value": "Kazan"}),
        Happening(
            moment=START + 3,
            kind="consent",
            subject="news",
            data={"status": "subscribed", "topic": "tips"},
        ),
        Happening(moment=START + 4, kind="reachable", subject="sms", data={"value": True}),
        Happening(moment=START + 5, kind="list", subject="staff", data={"change": "left"}),
        Happening(moment=START + 6, kind="api", subject="poke", data={"why": "x"}),
        Happening(moment=START + 7, kind="manual", subject="called"),
        Happening(
            moment=START + 8,
            kind="object",
            subject="contract",
            data={"change": "created", "kind": "c"},
        ),
        Happening(
            moment=START + 9,
            kind="product",
            subject="price_drop",
            data={"of": "viewed", "drop": 20},
        ),
        Happening(moment=START + 10, kind="inbound", subject="sms", data={"text": "STOP"}),
    ),
    reactions=(
        Reaction(message="hello", reaction="opened", after=5),
        Reaction(message="hello", reaction="clicked", after=6, link="https://shop.example"),
    ),
    arms={"colours": "red"},
    waits={"welcome.steps.1": (70,), "welcome.steps.2": (1440, 120)},
)


def test_every_known_fact_is_told():
    assert [one.english() for one in who(portfolio(), EVERYTHING)] == [
        "`city` is Kazan",
        "`news` is subscribed",
        "`news.tips` is unsubscribed",
        "`sms` is suppressed: invalid",
        "can be reached by `email`",
        "on the list `staff`",
        "in the segment `vip`",
        "not in the segment `far`",
        "city Kazan",
        "has a device: os ios, push_enabled true",
        "in the variant `red` of `colours`",
        "has 2 of `contract`",
        "`order` on 2027-02-22",
        "`visit` 2 times, last on 2027-02-24",
        "in the arm `red` of `colours`",
        "waits 70m at `welcome.steps.1`",
        "waits 1d, 2h at `welcome.steps.2`, in this order",
    ]


def test_the_journey_test_is_valid_and_repeats_the_timeline():
    shop = portfolio()
    told = evidence(shop, Witness(EVERYTHING, replay(shop, EVERYTHING), ()), code="CRM302")
    written = json.dumps({"tests": {"again": {"title": "Again", **told.test}}})
    document = read("t.yaml", written.encode())
    assert not [one.message.english() for one in validate(document.documents[0]).diagnostics]
    again = portfolio(written)
    test = again.program.tests["again"]
    repeated = scenario(again.program, test)
    assert repeated == EVERYTHING
    assert not judge(test, replay(again, repeated))


def test_a_witness_of_a_real_search_repeats(overload):
    shop, witness = overload
    told = evidence(shop, witness)
    again = portfolio(json.dumps({"tests": {"again": {"title": "Again", **told.test}}}))
    test = again.program.tests["again"]
    assert structs.replace(scenario(again.program, test), holdouts=True) == witness.scenario
    assert not judge(test, replay(again, witness.scenario))
    assert test.expect.suppressed[0].message.id == "more"


CROWDED = """
frequency:
  one_a_month: {limits: ["1 per 30d"]}
exclusive:
  calls: {on_conflict: first, chains: [called, poked]}
chains:
  poked: {trigger: {api: poke}, priority: 100, steps: [{wait: 1d}]}
  early: {trigger: order, priority: 100, steps: [{send: more}]}
  idle: {trigger: order, priority: 50, steps: [{wait: 1d}]}
"""


@pytest.mark.parametrize(
    ("chain", "happening", "told"),
    [
        pytest.param(
            "welcome",
            Happening(moment=START, subject="order"),
            [
                "`order`",
                "enters `welcome`",
                "`more` by `email`",
                "`hello` is not sent: the limit is reached: 1 of 1 by `one_a_day`",
            ],
            id="the send that took the room",
        ),
        pytest.param(
            "called",
            Happening(moment=START, kind="api", subject="poke"),
            [
                "a call to `poke`",
                "enters `poked`",
                "does not enter `called`: another chain of the same group is running (`calls`)",
            ],
            id="the chain that is in the way",
        ),
        pytest.param(
            "early",
            Happening(moment=START, subject="order"),
            [
                "`order`",
                "enters `early`",
                "`more` by `email`",
                "reaches the end of `early`",
            ],
            id="nothing of chains that change nothing",
        ),
    ],
)
def test_other_chains_are_told_of_where_they_are_the_cause(chain, happening, told):
    shop = portfolio(CROWDED)
    customer = EVERYTHING.customer
    played = Scenario(customer=customer, start=START, until=START + 2, happenings=(happening,))
    shown = timeline(Witness(played, replay(shop, played), (chain,)), None)
    found = [one.text.english() for one in shown]
    assert found == told
