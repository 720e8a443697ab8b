"""Journey tests: from YAML to a timeline, and what is not as expected."""

from pathlib import Path

import pytest

from crmspec.api import check_path
from crmspec.semantics import clock
from crmspec.semantics.journey import judge, scenario
from crmspec.semantics.machine import Machine
from crmspec.semantics.profile import behaviour

ROOT = Path(__file__).parents[3]

SOURCE = """
lists: {{club: {{title: Club}}}}
segments: {{vips: {{event: never}}, others: {{event: never}}}}
objects: {{deal: {{properties: {{}}}}}}
attributes: {{plan: {{type: string}}}}
events: {{never: {{}}}}
chains:
  one: {{trigger: go, exit: [stop], steps: [{{wait: 1h}}, {{send: a}}, {{wait: 1h}}, {{send: b}}]}}
personas:
  anna: {{timezone: Europe/Moscow, reachable: [email], segments: [vips], attributes: {{plan: x}}}}
tests:
  t:
    persona: anna
    start: "2027-03-01T09:00"
    events: [{{event: go, at: 0m}}{events}]
    expect: {{{expect}}}
    {rest}
"""


def found(make, expect, events="", rest=""):
    program = make(SOURCE.format(expect=expect, events=events, rest=rest))
    test = program.tests["t"]
    machine = Machine(program, behaviour(program, test.profile and test.profile.id))
    return [
        (one.kind, one.subject, one.expected, one.found)
        for one in judge(test, machine.run(scenario(program, test)))
    ]


STOP = ", {event: stop, at: 90m}"


@pytest.mark.parametrize(
    ("expect", "events", "differences"),
    [
        pytest.param("sends: [a, b]", "", [], id="as expected"),
        pytest.param("sends: [{message: a, at: 1h}, b]", "", [], id="in time"),
        pytest.param("sends: [{message: a, at: '2027-03-01T10:00'}, b]", "", [], id="at a moment"),
        pytest.param(
            "sends: [{message: a, at: '2027-99-01'}, b]", "", [("time", "a")], id="no day"
        ),
        pytest.param("sends: [{message: a, at: 2h}, b]", "", [("time", "a")], id="at another time"),
        pytest.param("sends: [b, a]", "", [("order", "a")], id="in another order"),
        pytest.param("sends: [a, c, b]", "", [("missing", "c")], id="one did not come"),
        pytest.param("sends: [a]", "", [("unexpected", "b")], id="one too many"),
        pytest.param("sends: [a], only: false", "", [], id="others may come"),
        pytest.param("sends: [a, b], not_sent: [c]", "", [], id="rightly not sent"),
        pytest.param("only: false, not_sent: [a]", "", [("sent", "a")], id="wrongly sent"),
        pytest.param("sends: [a, b], suppressed: [c]", "", [("not_suppressed", "c")], id="not up"),
        pytest.param("only: false, suppressed: [a]", "", [("sent", "a")], id="not held back"),
        pytest.param("sends: [a], exits: [one]", STOP, [], id="left"),
        pytest.param("sends: [a], exits: [{chain: one, reason: stop}]", STOP, [], id="reason"),
        pytest.param(
            "sends: [a], exits: [{chain: one, reason: bored}]",
            STOP,
            [("reason", "one")],
            id="other",
        ),
        pytest.param("sends: [a, b], exits: [one]", "", [("not_left", "one")], id="not left"),
    ],
)
def test_what_is_not_as_expected(make, expect, events, differences):
    assert [one[:2] for one in found(make, expect, events)] == differences


def test_a_difference_says_what_was_found(make):
    assert found(make, "sends: [{message: a, at: 2h}, b]") == [
        ("time", "a", "2027-03-01T11:00", "2027-03-01T10:00")
    ]
    expect = "sends: [a], exits: [{chain: one, reason: bored}]"
    assert found(make, expect, STOP) == [("reason", "one", "bored", "stop")]


def test_a_message_that_comes_up_and_is_held_back(make):
    refuse = ", {consent: mail, status: unsubscribed, at: 90m}"
    assert found(make, "sends: [a], suppressed: [b]", refuse) == []
    assert found(make, "sends: [a], suppressed: [{message: b, reason: consent}]", refuse) == []
    assert found(make, "sends: [a], suppressed: [{message: b, reason: cap}]", refuse) == [
        ("not_suppressed", "b", "cap", "consent")
    ]


def test_a_message_that_comes_once_and_is_held_back_once(make):
    again = (
        ", {consent: mail, status: unsubscribed, at: 3h}, {event: go, at: 4h},"
        " {consent: mail, status: subscribed, at: 5h 30m}"
    )
    source = SOURCE.replace("{{trigger: go,", "{{trigger: go, reentry: always,")
    expect = "sends: [a, b, b], suppressed: [{message: a, reason: consent}]"
    program = make(source.format(expect=expect, events=again, rest=""))
    trace = Machine(program).run(scenario(program, program.tests["t"]))
    assert judge(program.tests["t"], trace) == ()


EVERYTHING = """
    customer:
      timezone: Asia/Vladivostok
      locale: ru
      created: "2027-02-01"
      attributes: {plan: y}
      consents: {mail: subscribed}
      reachable: [sms]
      suppressed: {push: complaint}
      lists: [club]
      segments: [others]
      outside: [vips]
      variants: {e: x}
    chains: [one]
    until: 10d
    reactions: [{message: a, reaction: clicked, after: 5m, link: sale}]
    arms: {one.steps.0: x}
    waits: {one.steps.0: 90m, one.steps.1: [2h, 30m]}
    answers: {raw: true}
    holdouts: true
"""
EVENTS = """, {set: {plan: z}, at: -1d}, {consent: mail, at: 1h}
      , {reachable: sms, value: false, at: 1h}
      , {consent: mail, topic: sale, status: unsubscribed, at: 1h}
      , {list: club, change: left, at: 1h}, {list: club, at: 2h}
      , {start: one, at: 2h}, {api: call, at: 2h}, {form: p, at: 2h}
      , {inbound: sms, text: hi, at: 2h}, {object: deal, at: 2h}
      , {product: price_drop, drop: 5%, at: 2h}, {product: low_stock, of: cart, at: 2h}"""


def test_a_test_becomes_a_timeline(make):
    program = make(SOURCE.format(expect="", events=EVENTS, rest=EVERYTHING.strip()))
    made = scenario(program, program.tests["t"])
    zone = clock.named("Asia/Vladivostok")
    who = made.customer
    assert made.start == clock.moment("2027-03-01T09:00", zone)
    assert made.until == made.start + 10 * 1440
    assert (who.id, who.timezone, who.locale) == ("anna", "Asia/Vladivostok", "ru")
    assert who.created == clock.moment("2027-02-01", zone)
    assert (who.attributes, who.reachable) == ({"plan": "y"}, frozenset({"email", "sms"}))
    assert who.segments == {"vips": False, "others": True}
    assert (who.lists, who.suppressed) == (frozenset({"club"}), {"push": "complaint"})
    assert made.chains == frozenset({"one"})
    assert made.waits == {"one.steps.0": (90,), "one.steps.1": (120, 30)}
    assert (made.arms, made.answers, made.holdouts) == ({"one.steps.0": "x"}, {"raw": True}, True)
    assert [(one.reaction, one.after, one.link) for one in made.reactions] == [
        ("clicked", 5, "sale")
    ]
    assert [(one.kind, one.subject, one.data) for one in made.happenings] == [
        ("event", "go", {}),
        ("attribute", "plan", {"value": "z"}),
        ("consent", "mail", {"status": "subscribed", "topic": None}),
        ("reachable", "sms", {"value": False}),
        ("consent", "mail", {"status": "unsubscribed", "topic": "sale"}),
        ("list", "club", {"change": "left"}),
        ("list", "club", {"change": "entered"}),
        ("manual", "one", {}),
        ("api", "call", {}),
        ("form", "p", {}),
        ("inbound", "sms", {"text": "hi"}),
        ("object", "deal", {"change": "updated"}),
        ("product", "price_drop", {"of": "subscribed", "drop": 5.0}),
        ("product", "low_stock", {"of": "cart", "drop": None}),
    ]
    assert not Machine(program).run(made).of("trouble")


def test_a_test_without_an_end_goes_on_for_sixty_days(make):
    late = "sends: [{message: a, at: 5d}]"
    program = make(SOURCE.format(expect=late, events="", rest="").replace("persona: anna", ""))
    made = scenario(program, program.tests["t"])
    assert made.until == made.start + 65 * 1440
    assert made.customer.id == "customer"


def test_the_tests_of_the_example_pass():
    program = check_path(ROOT).program
    assert program is not None
    assert len(program.tests) >= 2
    machine = Machine(program)
    for test in program.tests.values():
        assert judge(test, machine.run(scenario(program, test))) == ()
