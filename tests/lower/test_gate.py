"""Questions that the gate asks anyway, spellings of a directory, and marks of what happened."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crmspec.ir import walk
from crmspec.ir.condition import AttributeIs, EventHappened, Reachable
from crmspec.ir.step import Send, WaitFor
from crmspec.lower.flow import with_steps
from crmspec.lower.lowering import lower
from crmspec.lower.outcome import Key
from crmspec.lower.rewrite import changed
from crmspec.lower.spelled import spelled
from crmspec.semantics import machine
from crmspec.semantics.scenario import Customer, Happening, Scenario
from tests.contract.project import program
from tests.logic import timelines
from tests.lower import law
from tests.lower.table import TARGET, by, table

HEAD = """
project: shop
on_unsupported: degrade
events: {order: {title: Order, properties: {total: {type: number}}}, view: {title: View}}
attributes:
  city: {type: enum, directory: cities, missing_as: other}
  town: {type: string, directory: cities}
directories:
  cities:
    title: Cities
    values:
      moscow: {title: Москва, synonyms: [мск, Moscow]}
      kazan: {title: Казань}
      other: {title: Other}
consents: {news: {title: News, channel: email, topics: [deals]}, calls: {title: Calls}}
channels: {email: {type: email, consent: news}, sms: {type: sms, consent: calls}}
messages:
  hello: {channel: email, subject: Hi, body: Hi, topic: deals}
  text: {channel: sms, text: Hi}
  late: {channel: email, subject: Hi, body: Hi, fallback: {when: vip, then: exit}}
segments: {vip: {event: order, count: {gte: 3}}, buyers: {event: order}, SEGMENT}
chains:
  c:
    trigger: order
    SETTINGS
    steps:
STEPS
"""
GATE = table({("condition", "consent"): by("gate"), ("condition", "reachable"): by("gate")})
MARKS = table({("condition", "not_event"): by("marks")})


def source(*steps, settings="priority: 50", segment="x: {event: view}"):
    body = "".join(f"      - {step}\n" for step in steps)
    made = HEAD.replace("SETTINGS", settings).replace("SEGMENT", segment)
    return program(made.replace("STEPS\n", body))


def chain(*steps, **more):
    return lower(source(*steps, **more), GATE, TARGET).program.chains["c"]


ASKED = [
    pytest.param("{reachable: email}", None, id="whom it reaches"),
    pytest.param("{consent: news}", None, id="who consents"),
    pytest.param("{consent: news, topic: deals}", None, id="to a topic"),
    pytest.param("{all: [vip, {reachable: email}]}", 1, id="and something else"),
    pytest.param("{reachable: sms}", 0, id="another channel"),
    pytest.param("{consent: calls}", 0, id="another consent"),
    pytest.param("{consent: news, is: unsubscribed}", 0, id="no consent"),
    pytest.param("{any: [vip, {reachable: email}]}", 0, id="or something else"),
]


@pytest.mark.parametrize(("only", "left"), ASKED)
def test_what_the_gate_asks_is_not_asked_before(only, left):
    asked = f"{{send: hello, only: {only}}}"
    (step,) = chain(asked).steps
    (as_written,) = source(asked).chains["c"].steps
    if left is None:
        assert step.only is None
    elif left:
        assert len(step.only.all) == left
    else:
        assert step.only == as_written.only


STAYING = [
    pytest.param("{send: hello, only: {reachable: email}}", "audience: vip", id="an audience"),
    pytest.param("{send: late, only: {reachable: email}}", "priority: 1", id="a fallback"),
    pytest.param("{wait: 1h, only: {reachable: email}}", "priority: 1", id="no send"),
    pytest.param(
        "{send: {messages: [hello, text]}, only: {reachable: email}}", "priority: 1", id="several"
    ),
]


@pytest.mark.parametrize(("step", "settings"), STAYING)
def test_where_it_says_more_it_stays(step, settings):
    assert chain(step, settings=settings).steps[0].only is not None


AUDIENCES = [
    pytest.param("{consent: news}", ["{send: hello}"], True, id="all messages ask for it"),
    pytest.param("{consent: news}", ["{send: hello}", "{send: text}"], False, id="one does not"),
    pytest.param("{consent: news}", ["{send: [hello, text]}"], False, id="one of several"),
    pytest.param(
        "{consent: news}", ["{send: hello}", "{update: {set: {town: x}}}"], False, id="deeds"
    ),
    pytest.param("{consent: news}", ["{wait: 1h}"], False, id="no messages"),
    pytest.param("vip", ["{send: hello}"], False, id="something else"),
]


@pytest.mark.parametrize(("audience", "steps", "goes"), AUDIENCES)
def test_an_audience_that_the_gate_makes_sure_of(audience, steps, goes):
    found = lower(source(*steps, settings=f"audience: {audience}"), GATE, TARGET)
    assert (found.program.chains["c"].audience is None) is goes
    told = {one.support for one in found.survey.outcomes[Key("chain", "c")] if one.reason}
    assert ("deviates" in told) is goes


@pytest.mark.parametrize("seed", range(1, 13))
def test_the_gate_says_the_same(seed):
    made = timelines.project(seed)
    if made is None:
        pytest.skip("check does not let this one through")
    made = changed(made, [("chain", _asking(one, made)) for one in made.chains.values()])
    found = lower(made, GATE, TARGET).program
    for number in range(4):
        life = law.scenario(seed, number, made)
        told, after = machine.run(made, life), machine.run(found, life)
        assert told.of("trouble") or law.story(told) == law.story(after)


def _asking(one, made):
    def wrap(step):
        if not isinstance(step, Send) or step.send.message is None or step.only is not None:
            return None
        channel = made.messages[step.send.message.id].channel
        return (replace(step, only=Reachable(reachable=channel)),)

    return with_steps(replace(one, recheck="entry"), wrap)


SPELLED = [
    pytest.param("{attribute: city, eq: moscow}", id="one"),
    pytest.param("{attribute: city, in: [мск, kazan]}", id="several, one by another name"),
    pytest.param("{attribute: city, neq: moscow}", id="any but one"),
    pytest.param("{attribute: city, in: [other, kazan]}", id="what is missing among them"),
    pytest.param("{attribute: city, not_in: [other, kazan]}", id="what is missing not among them"),
    pytest.param("{attribute: town, not_in: [kazan]}", id="nothing for what is missing"),
    pytest.param("{attribute: town, eq: omsk, neq: kazan}", id="two tests, one of no key"),
]
CITIES = [None, "moscow", "МСК", "Москва", "Kazan", "Казань", "other", "Other", "omsk"]


@pytest.mark.parametrize("condition", SPELLED)
def test_spellings_are_told_apart_as_the_directory_does(condition):
    made = source("{send: hello}", settings="recheck: entry", segment=f"x: {condition}")
    leaf = made.segments["x"].condition
    declared = made.attributes[leaf.attribute.id]
    asked = spelled(made, declared, leaf)
    bare = replace(declared, directory=None, missing_as=None, type="string")
    other = changed(made, [("attribute", bare)])
    answers = [
        [_enters(one, held, leaf.attribute.id, city) for city in CITIES]
        for one, held in ((made, leaf), (other, asked))
    ]
    assert answers[0] == answers[1]
    assert set(answers[0]) == {True, False}


def _enters(made, condition, attribute, city):
    """Say whether a customer enters a chain for those of whom a condition holds."""
    chain_ = replace(made.chains["c"], audience=condition)
    values = {} if city is None else {attribute: city}
    life = Scenario(
        customer=Customer(id="c", attributes=values),
        start=0,
        until=10_000,
        happenings=(Happening(moment=60, subject="order"),),
    )
    return bool(machine.run(changed(made, [("chain", chain_)]), life).of("enter"))


def test_other_questions_about_a_directory_stay():
    made = source("{send: hello}", segment="x: {attribute: city, starts_with: m}")
    leaf = made.segments["x"].condition
    assert spelled(made, made.attributes["city"], leaf) is None
    default = replace(made.attributes["town"], default="moscow")
    plain = replace(leaf, tests=())
    assert spelled(made, default, plain) is None


def marked(*steps, **more):
    return lower(source(*steps, **more), MARKS, TARGET)


def test_an_event_becomes_a_mark():
    done = marked("{send: hello, unless: buyers}")
    leaf = done.program.segments["buyers"].condition
    assert isinstance(leaf, AttributeIs)
    assert (leaf.attribute.id, leaf.tests[0].operator) == ("crmspec__order", "exists")
    helper = done.program.chains["crmspec__order"]
    assert [one.event.id for one in helper.trigger] == ["order"]
    (step,) = helper.steps
    assert step.update.set == {"crmspec__order": True}
    assert Key("chain", "crmspec__order") in done.survey.wanted
    told = {one.support.value for one in done.survey.outcomes[Key("segment", "buyers")]}
    assert told == {"deviates"}


def test_a_mark_is_taken_back():
    asked = "{not_event: order, within: 7d, where: {total: {gte: 5}}}"
    done = marked(f"{{send: hello, only: {asked}}}")
    (step,) = done.program.chains["c"].steps
    assert step.only.tests[0].operand is False
    assert step.only.attribute.id.endswith("_7d")
    helper = done.program.chains[step.only.attribute.id]
    assert helper.trigger[0].where == helper.steps[1].wait_for.first_of[0].if_.where != ()
    races = [one for one in walk(helper) if isinstance(one, WaitFor)]
    assert {one.wait_for.timeout.minutes for one in races} == {7 * 1440}
    assert helper.steps[-1].update.unset[0].id == helper.id


UNMARKED = [
    pytest.param("{event: order, count: {gte: 2}}", id="a count"),
    pytest.param("{event: order, since: chain_start}", id="since the start"),
    pytest.param("{event: order, within: 1mo}", id="months"),
    pytest.param("{event: order, between_ago: [1d, 2d]}", id="between"),
    pytest.param("{sequence: [{event: order}, {event: view}]}", id="one after another"),
]


@pytest.mark.parametrize("asked", UNMARKED)
def test_what_a_mark_cannot_tell_stays(asked):
    done = marked(f"{{send: hello, only: {asked}}}")
    assert not any(isinstance(one, AttributeIs) for one in walk(done.program.chains["c"]))


def test_what_is_waited_for_is_no_past():
    then = "[{branch: {if: {event: view, within: 1d}, then: [{send: text}]}}]"
    race = f"{{wait_for: {{if: {{event: order}}, then: {then}, timeout: 1d}}}}"
    done = marked(race, "{send: hello}")
    (arm,) = done.program.chains["c"].steps[0].wait_for.first_of
    assert isinstance(arm.if_, EventHappened)
    assert isinstance(arm.then[0].branch.cases[0].if_, AttributeIs)


def test_a_mark_that_nobody_asks_for_is_not_wanted():
    done = marked("{send: hello}", segment="x: {all: [{event: view}, {in_chain: c}]}")
    assert Key("chain", "crmspec__view") in done.survey.wanted
    lacking = table({("condition", "not_event"): by("marks"), ("condition", "in_chain"): "none"})
    wanted = lower(
        source("{send: hello}", segment="x: {all: [{event: view}, {in_chain: c}]}"), lacking, TARGET
    )
    assert Key("segment", "x") in wanted.survey.absent
    assert Key("chain", "crmspec__view") not in wanted.survey.wanted
