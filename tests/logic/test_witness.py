"""Customers and timelines made up so that something happens, for every kind of trigger and step."""

from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Entrance, Stage, enact, replay
from crmspec.semantics import clock
from crmspec.semantics.scenario import Happening

BASE = """
project: shop
timezone: Europe/Moscow
events:
  visit: {title: Visit}
  signup: {properties: {place: {type: enum, values: [site, app], required: true}}}
  cart: {properties: {total: {type: number, required: true}}, example: {total: 100}}
  order:
    dedupe_key: number
    properties:
      number: {type: string, required: true}
      total: {type: number, required: true}
    example: {number: A-1, total: 900}
    assume: {preceded_by: visit}
attributes:
  level: {type: enum, values: [gold, silver]}
  points: {type: integer}
  city: {type: string, mutability: frozen}
  born: {type: date}
  paid_until: {type: datetime}
  spent: {type: number, computed: {event: order, aggregate: sum, of: total}}
channels:
  email: {type: email, consent: news}
  sms: {type: sms, consent: texts}
  site: {type: onsite}
consents:
  news: {channel: email, topics: [sale]}
  texts: {channel: sms}
lists:
  staff: {title: Staff}
objects:
  contract: {properties: {kind: {type: enum, values: [a, b]}}}
tags:
  promo: {title: Promo}
messages:
  hello: {channel: email, topic: sale, subject: Hello, text: Hello}
  promo: {channel: sms, text: Promo, tags: [promo]}
  form: {channel: site, text: Form, category: service}
experiments:
  colours: {variants: {red: {weight: 50}, blue: {weight: 50}}}
segments:
  buyers: {event: order}
  fresh: {event: visit, within: 7d}
  rich: {attribute: points, gte: 100}
"""


def portfolio(*sources):
    results = [read(f"{n}.yaml", dedent(one).encode()) for n, one in enumerate((BASE, *sources))]
    assert not [one for result in results for one in result.diagnostics]
    return Portfolio(build(document for result in results for document in result.documents))


def chain(body):
    return portfolio(
        f"chains:\n  c: {body}\n  other: {{trigger: signup, steps: [{{send: hello}}]}}"
    )


def entered(name="c"):
    return lambda trace: any(one.chain == name for one in trace.of("enter"))


def reached(path):
    kinds = ("send", "act", "change", "offer")
    return lambda trace: any(one.step == path for one in trace.of(*kinds))


STEPS = "steps: [{send: hello}]"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{{trigger: visit, {STEPS}}}", id="event"),
        pytest.param(
            f"{{trigger: {{event: cart, where: {{total: {{gte: 5000}}}}}}, {STEPS}}}",
            id="event with a filter",
        ),
        pytest.param(
            f"{{trigger: {{no_event: order, for: 3d, after: cart}}, {STEPS}}}", id="silence after"
        ),
        pytest.param(f"{{trigger: {{no_event: visit, for: 2mo}}, {STEPS}}}", id="silence"),
        pytest.param(
            f"{{trigger: {{no_event: visit, for: 2mo}}, audience: buyers, {STEPS}}}",
            id="silence of somebody with a past",
        ),
        pytest.param(
            f"{{trigger: {{no_event: visit, for: 2mo}}, audience: {{not_event: visit}}, {STEPS}}}",
            id="silence of somebody without",
        ),
        pytest.param(f"{{trigger: {{segment: buyers}}, {STEPS}}}", id="into a segment"),
        pytest.param(
            f"{{trigger: {{segment: fresh, transition: left}}, {STEPS}}}", id="out of a segment"
        ),
        pytest.param(f"{{trigger: {{segment: rich}}, {STEPS}}}", id="segment by an attribute"),
        pytest.param(f"{{trigger: {{list: staff}}, {STEPS}}}", id="onto a list"),
        pytest.param(f"{{trigger: {{list: staff, transition: left}}, {STEPS}}}", id="off a list"),
        pytest.param(
            f"{{trigger: {{attribute: level, from: silver, to: gold}}, {STEPS}}}", id="attribute"
        ),
        pytest.param(f"{{trigger: {{attribute: points}}, {STEPS}}}", id="any change"),
        pytest.param(
            f"{{trigger: {{attribute: spent, to: {{gte: 5000}}}}, {STEPS}}}", id="computed"
        ),
        pytest.param(
            f"{{trigger: {{date: born, recurs: yearly, at: '10:00'}}, {STEPS}}}", id="birthday"
        ),
        pytest.param(f"{{trigger: {{date: born}}, {STEPS}}}", id="a day"),
        pytest.param(
            f"{{trigger: {{date: paid_until, offset: -3d}}, {STEPS}}}", id="before a moment"
        ),
        pytest.param(f"{{trigger: {{schedule: {{cron: '0 12 * * 4'}}}}, {STEPS}}}", id="schedule"),
        pytest.param(f"{{trigger: {{api: poke}}, {STEPS}}}", id="api"),
        pytest.param(f"{{trigger: {{form: form}}, {STEPS}}}", id="form"),
        pytest.param(f"{{trigger: {{manual: true}}, {STEPS}}}", id="by hand"),
        pytest.param(f"{{trigger: {{message: hello, reaction: clicked}}, {STEPS}}}", id="message"),
        pytest.param(
            f"{{trigger: {{object: contract, change: created, where: {{kind: b}}}}, {STEPS}}}",
            id="object",
        ),
        pytest.param(
            f"{{trigger: {{product: price_drop, of: viewed, at_least: 20%}}, {STEPS}}}",
            id="product",
        ),
        pytest.param(f"{{trigger: {{inbound: sms, keyword: [STOP]}}, {STEPS}}}", id="inbound"),
        pytest.param(f"{{trigger: {{chain: other}}, {STEPS}}}", id="another chain is done"),
        pytest.param(
            f"{{trigger: {{chain: other, state: entered}}, {STEPS}}}", id="another chain begins"
        ),
    ],
)
def test_every_kind_of_trigger_fires(body):
    made = chain(body)
    witness = enact(made, Stage((Entrance("c"),), entered()))
    assert witness is not None
    assert entered()(replay(made, witness.scenario))


@pytest.mark.parametrize(
    "audience",
    [
        pytest.param("{segment: buyers}", id="has bought"),
        pytest.param("{all: [{attribute: level, eq: gold}, {not: buyers}]}", id="gold, not bought"),
        pytest.param("{consent: news}", id="consent"),
        pytest.param("{attribute: city, starts_with: Kaz}", id="text"),
        pytest.param("{event: visit, count: {gte: 3}, within: 7d}", id="three visits"),
        pytest.param("{trigger: place, eq: app}", id="by the trigger"),
        pytest.param("{in_chain: other}", id="inside another chain"),
        pytest.param("{message: hello, opened: true}", id="opened another message"),
        pytest.param("{channel: email, received: {gte: 1}, within: 30d}", id="got a letter"),
        pytest.param("{now: {weekday: [sat]}}", id="on Saturdays"),
        pytest.param("{raw: {sandbox: yes}}", id="native"),
    ],
)
def test_audiences_are_met(audience):
    made = portfolio(
        f"""
        chains:
          c: {{trigger: signup, audience: {audience}, steps: [{{note: in}}]}}
          other: {{trigger: visit, steps: [{{send: hello}}, {{wait: 9d}}]}}
        """
    )
    assert enact(made, Stage((Entrance("c"),), entered())) is not None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "{trigger: visit, audience: {all: [buyers, {not: buyers}]}, steps: []}", id="nobody"
        ),
        pytest.param("{trigger: visit, status: paused, steps: []}", id="paused"),
        pytest.param("{trigger: {chain: c}, steps: []}", id="after itself"),
    ],
)
def test_what_cannot_happen_is_not_found(body):
    assert enact(chain(body), Stage((Entrance("c"),), entered())) is None


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        pytest.param("[{branch: {if: buyers, then: [{send: hello}]}}]", "0.0.0", id="branch"),
        pytest.param(
            "[{branch: {if: buyers, then: [], else: [{send: hello}]}}]", "0.1.0", id="else"
        ),
        pytest.param(
            "[{branch: {cases: [{if: buyers}, {if: rich, then: [{send: hello}]}]}}]",
            "0.1.0",
            id="second case",
        ),
        pytest.param(
            "[{wait: 3d}, {branch: {if: rich, then: [{send: hello}]}}]", "1.0.0", id="later"
        ),
        pytest.param(
            "[{switch: {value: {attribute: level}, cases: {gold: [{send: hello}]}}}]",
            "0.0.0",
            id="switch",
        ),
        pytest.param(
            "[{switch: {value: {attribute: level}, cases: {gold: []}, default: [{send: hello}]}}]",
            "0.1.0",
            id="default",
        ),
        pytest.param(
            "[{switch: {value: {trigger: place}, cases: {app: [{send: hello}]}}}]",
            "0.0.0",
            id="by the trigger",
        ),
        pytest.param(
            "[{switch: {value: {locale: true}, cases: {ru: [{send: hello}]}}}]",
            "0.0.0",
            id="by the language",
        ),
        pytest.param(
            "[{split: {arms: {a: {weight: 99}, b: {weight: 1, steps: [{send: hello}]}}}}]",
            "0.1.0",
            id="split",
        ),
        pytest.param(
            "[{id: s, split: {arms: {a: {weight: 99}, b: {weight: 1, steps: [{send: hello}]}}}}]",
            "0.1.0",
            id="split with a name",
        ),
        pytest.param(
            "[{experiment: {id: colours, arms: {red: {weight: 50},"
            " blue: {weight: 50, steps: [{send: hello}]}}}}]",
            "0.1.0",
            id="experiment",
        ),
        pytest.param(
            "[{send: hello}, {wait_for: {if: {message: hello, clicked: true},"
            " then: [{send: promo}], timeout: 1d}}]",
            "1.0.0",
            id="a click",
        ),
        pytest.param(
            "[{wait_for: {first_of: [{if: {event: cart, where: {total: {lt: 50}}}},"
            " {if: {event: cart}, then: [{send: hello}]}], timeout: 20m}}]",
            "0.1.0",
            id="the second arm",
        ),
        pytest.param(
            "[{wait_for: {if: rich, then: [], timeout: 1d, otherwise: [{send: hello}]}}]",
            "0.1.0",
            id="nothing happens",
        ),
        pytest.param(
            "[{wait_for: {if: {all: [{event: cart}, rich]}, then: [{send: hello}]}}]",
            "0.0.0",
            id="an event and a state",
        ),
        pytest.param(
            "[{wait_for: {if: {not: buyers}, then: [{send: hello}]}}]", "0.0.0", id="a state"
        ),
        pytest.param("[{send: hello, only: buyers}]", "0", id="only"),
        pytest.param("[{send: hello, unless: {consent: texts}}]", "0", id="unless"),
        pytest.param(
            "[{send: hello}, {wait: 1d}, {send: promo, only: {message: hello, opened: true}}]",
            "2",
            id="only if opened",
        ),
        pytest.param(
            "[{send: hello}, {wait: 1d}, {send: promo, only: {message: any, clicked: true}}]",
            "2",
            id="only if anything was clicked",
        ),
    ],
)
def test_wanted_steps_are_reached(steps, path):
    made = chain(f"{{trigger: signup, steps: {steps}}}")
    path = f"c.steps.{path}"
    witness = enact(made, Stage((Entrance("c"),), reached(path), wanted=(path,)))
    assert witness is not None
    assert witness.chains == ("c",)


def test_the_audience_is_kept_until_a_later_send():
    made = chain(
        "{trigger: signup, audience: {event: visit, within: 1d},"
        " steps: [{wait: 3d}, {send: hello}]}"
    )
    path = "c.steps.1"
    assert enact(made, Stage((Entrance("c"),), reached(path), wanted=(path,))) is not None


def test_one_event_starts_two_chains():
    made = portfolio(
        """
        chains:
          a: {trigger: {event: cart, where: {total: {gte: 100}}}, steps: [{send: hello}]}
          b: {trigger: {event: cart, where: {total: {lt: 200}}}, steps: [{send: promo}]}
        """
    )

    def both(trace):
        return {one.message for one in trace.sends()} == {"hello", "promo"}

    witness = enact(made, Stage((Entrance("a"), Entrance("b")), both))
    assert witness is not None
    assert len(witness.scenario.happenings) == 1
    assert witness.chains == ("a", "b")


def test_a_second_entrance_comes_when_it_is_asked_for():
    made = portfolio(
        """
        chains:
          a: {trigger: cart, steps: [{wait: 1d}, {send: hello}]}
          b: {trigger: order, audience: buyers, steps: [{send: promo}]}
        """
    )

    def both(trace):
        return [one.moment for one in trace.of("enter")][1:2] == [trace.entries[0].moment + 90]

    witness = enact(made, Stage((Entrance("a"), Entrance("b", at=90)), both))
    assert witness is not None
    assert clock.iso(witness.scenario.start, clock.named("Europe/Moscow")) == "2027-03-01T09:00"


def test_nothing_is_kept_that_is_not_needed():
    made = chain("{trigger: signup, steps: [{send: hello}, {wait: 1h}, {send: promo}]}")

    def sent(trace):
        return any(one.message == "hello" for one in trace.sends())

    customer = enact(made, Stage((Entrance("c"),), sent)).scenario.customer
    assert customer.consents == {"news.sale": "subscribed"}
    assert customer.reachable == {"email"}
    whole = enact(made, Stage((Entrance("c"),), sent), small=False).scenario.customer
    assert set(whole.consents) == {"news", "news.sale", "texts"}


def test_given_happenings_are_moved_with_the_start():
    made = chain("{trigger: signup, exit: [order], steps: [{wait: 1d}, {send: hello}]}")
    extra = Happening(moment=30, subject="order", data={"number": "A-1", "total": 1})

    def gone(trace):
        return any(one.reason == "order" for one in trace.of("exit"))

    assert enact(made, Stage((Entrance("c"),), gone, extra=(extra,))) is not None


def test_chains_that_run_in_another_period_are_entered_then():
    made = chain(
        "{trigger: signup, running: {from: 2028-05-01, to: 2028-05-31}, steps: [{send: hello}]}"
    )
    witness = enact(made, Stage((Entrance("c"),), entered()))
    assert clock.iso(witness.scenario.start, clock.named("Europe/Moscow"))[:7] == "2028-05"


def test_assumed_events_come_first():
    made = portfolio("chains:\n  c: {trigger: order, steps: [{send: hello}]}")
    witness = enact(made, Stage((Entrance("c"),), entered()), small=False)
    assert [one.subject for one in witness.scenario.happenings] == ["visit", "order"]


@pytest.mark.parametrize(
    ("assume", "minutes", "is_found"),
    [
        pytest.param("min_gap: 1d", 60, False, id="too soon"),
        pytest.param("min_gap: 1d", 1440, True, id="a day later"),
        pytest.param("min_gap: 1h", 60, True, id="an hour later"),
        pytest.param("requires_silence: 1d", 60, False, id="no silence"),
        pytest.param("requires_silence: 1h", 90, True, id="silence enough"),
    ],
)
def test_no_timeline_breaks_what_is_assumed_of_an_event(assume, minutes, is_found):
    """Whatever is aimed at (semantics 3.15)."""
    made = portfolio(
        f"events: {{lapse: {{assume: {{{assume}}}}}}}",
        "chains: {c: {trigger: lapse, reentry: always, steps: [{send: hello}]}}",
    )
    stage = Stage(
        (Entrance("c"), Entrance("c", at=minutes)), lambda trace: len(trace.of("enter")) > 1
    )
    assert (enact(made, stage) is not None) is is_found


def test_an_address_is_lost_on_the_way():
    steps = "{branch: {if: {not: {reachable: sms}}, then: [{send: hello}]}}"
    made = chain(
        "{trigger: visit, audience: {reachable: sms}, recheck: entry,"
        f" steps: [{{wait: 1d}}, {steps}]}}"
    )
    path = "c.steps.1.0.0"
    witness = enact(made, Stage((Entrance("c"),), reached(path), wanted=(path,)))
    [lost] = [one for one in witness.scenario.happenings if one.kind == "reachable"]
    assert (lost.subject, lost.data) == ("sms", {"value": False})
    assert 0 <= lost.moment - witness.scenario.start <= 1440


def test_no_more_than_one_change_of_an_attribute_is_made_up():
    made = chain("{trigger: {attribute: level, from: silver}, reentry: always, steps: []}")

    def twice(trace):
        return len([one for one in trace.of("enter") if one.chain == "c"]) > 1

    assert enact(made, Stage((Entrance("c"),), entered())) is not None
    assert enact(made, Stage((Entrance("c"), Entrance("c", at=60)), twice)) is None


def test_the_same_question_has_the_same_answer():
    made = chain("{trigger: {segment: buyers}, steps: [{send: hello, only: rich}]}")
    stage = Stage((Entrance("c"),), reached("c.steps.0"), wanted=("c.steps.0",))
    assert enact(made, stage).scenario == enact(made, stage).scenario


def test_two_events_of_one_minute_start_two_chains_that_one_cannot():
    made = portfolio(
        """
        chains:
          a: {trigger: {event: cart, where: {total: {gte: 100}}}, steps: [{send: hello}]}
          b: {trigger: {event: cart, where: {total: {lt: 100}}}, steps: [{send: promo}]}
        """
    )

    def both(trace):
        return {one.message for one in trace.sends()} == {"hello", "promo"}

    witness = enact(made, Stage((Entrance("a"), Entrance("b")), both))
    assert len(witness.scenario.happenings) == 2


@pytest.mark.parametrize(
    ("audience", "other"),
    [
        pytest.param(
            "{in_chain: other, state: completed}",
            "{trigger: visit, steps: [{wait: 2d}]}",
            id="done",
        ),
        pytest.param(
            "{in_chain: other, state: exited}",
            "{trigger: visit, exit: [cart], steps: [{wait: 2d}, {exit: gone}]}",
            id="left",
        ),
        pytest.param(
            "{message: {tag: promo}, clicked: true}",
            "{trigger: visit, steps: [{send: promo}, {wait: {between: {min: 1h, max: 2h}}}]}",
            id="a tag",
        ),
        pytest.param(
            "{message: any, channel: sms, delivered: true}",
            "{trigger: visit, steps: [{wait_for: {if: {event: cart}, timeout: 2h}},"
            " {send: [promo]}]}",
            id="any message of a channel",
        ),
        pytest.param(
            "{all: [{message: hello, opened: true}, {message: hello, clicked: false}]}",
            "{trigger: {manual: true}, steps: [{send: hello}, {batch: {for: 1d, as: all}}]}",
            id="opened but not clicked",
        ),
    ],
)
def test_another_passage_comes_first(audience, other):
    made = portfolio(
        f"""
        chains:
          c: {{trigger: signup, audience: {audience}, steps: [{{note: in}}]}}
          drafted: {{trigger: visit, status: draft, steps: [{{send: promo}}]}}
          other: {other}
        """
    )
    assert enact(made, Stage((Entrance("c"),), entered())) is not None


@pytest.mark.parametrize(
    "audience",
    [
        pytest.param("{in_chain: c, state: goal}", id="the goal of a chain without one"),
        pytest.param("{all: [{in_chain: c}, {in_chain: c, is: false}]}", id="in and not in"),
        pytest.param("{message: promo, clicked: true}", id="what nobody sends"),
        pytest.param("{channel: site, received: {gte: 1}}", id="a channel nobody uses"),
        pytest.param("{trigger: place, eq: nowhere}", id="no such value"),
    ],
)
def test_audiences_that_nothing_can_meet(audience):
    made = portfolio(
        f"chains:\n  c: {{trigger: signup, audience: {audience}, steps: [{{send: hello}}]}}"
    )

    def inside(trace):
        return any(one.data.get("place") != "nowhere" for one in trace.of("enter"))

    assert enact(made, Stage((Entrance("c"),), inside)) is None


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        pytest.param(
            "[{id: s, send: hello},"
            " {branch: {if: {step: s, outcome: sent}, then: [{send: promo}]}}]",
            "1.0.0",
            id="what a step came to",
        ),
        pytest.param("[{wait_for: {if: {event: cart}}}, {send: hello}]", "1", id="after a wait"),
        pytest.param(
            "[{wait: 1d}, {branch: {if: {event: cart, count: {gte: 2}, since: chain_start},"
            " then: [{send: hello}]}}]",
            "1.0.0",
            id="twice since the entry",
        ),
        pytest.param(
            "[{wait_for: {first_of: [{if: rich}, {if: {event: cart}, then: [{send: hello}]}]}}]",
            "0.1.0",
            id="an event before a state",
        ),
        pytest.param(
            "[{branch: {if: {reachable: sms}, then: [{send: hello}]}}, {wait: 1d},"
            " {branch: {if: {not: {reachable: sms}}, then: [{send: hello}]}}]",
            "2.0.0",
            id="no longer reachable",
        ),
    ],
)
def test_more_steps_are_reached(steps, path):
    made = chain(f"{{trigger: signup, steps: {steps}}}")
    path = f"c.steps.{path}"
    assert enact(made, Stage((Entrance("c"),), reached(path), wanted=(path,))) is not None


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        pytest.param("[{exit: gone}, {send: hello}]", "1", id="after the end"),
        pytest.param(
            "[{switch: {value: {step: {step: s, output: x}}, cases: {a: [{send: hello}]}}}]",
            "0.0.0",
            id="by an output nobody knows",
        ),
        pytest.param(
            "[{split: {arms: {a: {weight: 100}}}}, {send: hello, only: {any: []}}]",
            "1",
            id="never",
        ),
    ],
)
def test_steps_that_cannot_be_reached(steps, path):
    made = chain(f"{{trigger: signup, steps: {steps}}}")
    path = f"c.steps.{path}"
    assert enact(made, Stage((Entrance("c"),), reached(path), wanted=(path,))) is None


def test_a_run_of_fixed_length_keeps_its_length():
    made = chain("{trigger: signup, steps: [{send: hello}]}")
    witness = enact(made, Stage((Entrance("c"),), entered(), days=9))
    assert witness.scenario.until - witness.scenario.start == 9 * 1440


def test_an_aim_at_what_does_not_happen_holds_for_the_whole_run():
    made = chain("{trigger: signup, exit: [order], steps: [{wait: 2d}, {send: hello}]}")
    order = Happening(moment=60, subject="order", data={"number": "A-1", "total": 1})

    def silent(trace):
        return entered()(trace) and not any(one.chain == "c" for one in trace.sends())

    witness = enact(made, Stage((Entrance("c"),), silent, extra=(order,)))
    assert any(one.reason for one in replay(made, witness.scenario).of("exit", "skip"))


def test_chains_that_no_longer_run_are_entered_before_their_end():
    made = chain("{trigger: signup, running: {to: 2026-05-31}, steps: [{send: hello}]}")
    witness = enact(made, Stage((Entrance("c"),), entered()))
    assert clock.iso(witness.scenario.start, clock.named("Europe/Moscow"))[:10] == "2026-05-31"


def test_a_schedule_that_never_comes_has_no_timeline():
    made = chain("{trigger: {schedule: {cron: '0 0 30 2 *'}}, steps: [{send: hello}]}")
    assert enact(made, Stage((Entrance("c"),), entered())) is None


def test_what_keeps_another_chain_out_stays_if_the_aim_needs_it():
    made = portfolio(
        """
        chains:
          c: {trigger: signup, audience: rich, steps: [{send: hello}]}
          other:
            trigger: signup
            audience: {not: {attribute: level, eq: gold}}
            steps: [{send: promo}]
        """
    )
    gold = Happening(moment=-60, kind="attribute", subject="level", data={"value": "gold"})

    def alone(trace):
        return [one.chain for one in trace.of("enter")] == ["c"]

    witness = enact(made, Stage((Entrance("c"),), alone, before=(gold,)))
    assert alone(replay(made, witness.scenario))
    assert gold.subject in {one.subject for one in witness.scenario.happenings}
    assert witness.chains == ("c",)


BYSTANDERS = "\n".join(
    f"  by{n:02}: {{trigger: signup, audience: {{attribute: points, eq: {n}}}, {STEPS}}}"
    for n in range(15)
)


@pytest.mark.parametrize(
    ("more", "chains"),
    [
        pytest.param("", ("c",), id="one on stage"),
        pytest.param(BYSTANDERS, ("c",), id="fifteen pass by"),
    ],
)
def test_chains_that_let_the_customer_pass_by_have_no_part(more, chains):
    made = portfolio(f"chains:\n  c: {{trigger: signup, {STEPS}}}\n{more}")
    witness = enact(made, Stage((Entrance("c"),), entered()))
    assert witness.chains == chains
    assert witness.scenario.chains is None
    assert witness.trace == replay(made, witness.scenario)


CROWD = "\n".join(f"  by{n:02}: {{trigger: signup, {STEPS}}}" for n in range(15))


@pytest.mark.parametrize(
    ("more", "count"),
    [
        pytest.param("", 1, id="one needed, one there"),
        pytest.param(CROWD, 16, id="all needed"),
        pytest.param(f"{CROWD}\n{BYSTANDERS.replace('by', 'out')}", 16, id="some pass by"),
    ],
)
def test_chains_that_were_not_on_stage_take_part_if_the_aim_needs_them(more, count):
    made = portfolio(f"chains:\n  c: {{trigger: signup, {STEPS}}}\n{more}")

    def many(trace):
        return len(trace.sends()) >= count

    witness = enact(made, Stage((Entrance("c"),), many))
    assert len(witness.chains) == count


@pytest.mark.parametrize(
    ("aim", "chains"),
    [
        pytest.param(entered(), ("c",), id="one"),
        pytest.param(
            lambda trace: entered()(trace) and entered("other")(trace), ("c", "other"), id="both"
        ),
    ],
)
def test_chains_on_stage_that_the_aim_does_not_need_have_no_part(aim, chains):
    made = chain("{trigger: signup, steps: [{send: hello}]}")
    witness = enact(made, Stage((Entrance("c"), Entrance("other")), aim))
    assert witness.chains == chains
