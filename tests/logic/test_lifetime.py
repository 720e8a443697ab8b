"""Whether one customer can be in two chains at once: proofs, and what must not be proved."""

import pytest

from crmspec.diagnostics.evidence import Verdict
from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.lifetime import together
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Entrance, Stage, enact
from crmspec.semantics.behaviour import Behaviour

SHOP = """
events:
  signup: {properties: {place: {type: string}}}
  visit: {properties: {place: {type: string}}}
  order: {}
goals: {bought: {event: order}, looked: {segment: lookers}}
segments: {lookers: {event: visit}}
attributes:
  vip: {type: boolean}
  fresh: {type: boolean}
  home: {type: enum, values: [ru, kz], mutability: frozen, nullable: false}
  sex: {type: enum, values: [m, f], mutability: immutable, default: f}
  mother_tongue: {type: enum, values: [ru, kz], mutability: immutable}
consents: {news: {channel: email}}
channels: {email: {type: email, consent: news}}
messages: {hello: {channel: email, subject: S, body: B}}
"""
CHAINS = ("one", "other")
STEPS = "steps: [{wait: 1d}, {send: hello}]"
VIP = "{attribute: vip, is: true}"
NOT_VIP = "{not: {attribute: vip, is: true}}"
FRESH = "{attribute: fresh, is: true}"


def portfolio(one, other, more="", exits="continuous"):
    chains = f"chains:\n  one: {{{one}, {STEPS}}}\n  other: {{{other}, {STEPS}}}\n  {more}"
    results = [read(f"{n}.yaml", text.encode()) for n, text in enumerate((SHOP, chains))]
    assert not [one for result in results for one in result.diagnostics]
    program = build(document for result in results for document in result.documents)
    return Portfolio(program, Behaviour(exits=exits))


APART = [
    pytest.param(
        "trigger: signup, exit: [visit]",
        "trigger: visit, exit: [signup]",
        id="the event that starts one ends the other",
    ),
    pytest.param(
        f"trigger: signup, audience: {VIP}, exit: [{{no_longer: audience}}]",
        f"trigger: visit, audience: {NOT_VIP}, exit: [{{no_longer: audience}}]",
        id="who comes into one leaves the other",
    ),
    pytest.param(
        f"trigger: signup, audience: {VIP}, exit: [{{if: {FRESH}}}]",
        f"trigger: visit, audience: {FRESH}, exit: [{{if: {VIP}}}]",
        id="an exit that asks",
    ),
    pytest.param(
        "trigger: signup, audience: {not_event: order}, exit: [order]",
        "trigger: visit, audience: {event: order}",
        id="who has done what ends the other",
    ),
    pytest.param(
        "trigger: signup, audience: {not_event: order, within: 7d}, exit: [order]",
        "trigger: visit, audience: {event: order, within: 1d}, exit: [signup]",
        id="who has done it lately",
    ),
    pytest.param(
        "trigger: signup, goal: {goal: bought, exits: true}",
        "trigger: order, exit: [signup]",
        id="a goal that ends the chain",
    ),
]
ALWAYS = [
    pytest.param(
        "trigger: signup, audience: {attribute: home, eq: ru}",
        "trigger: signup, audience: {attribute: home, eq: kz}",
        id="different homes",
    ),
    pytest.param("trigger: signup, exclusive: pair", "trigger: visit, exclusive: pair", id="group"),
    pytest.param(
        "trigger: signup, audience: {attribute: mother_tongue, eq: ru}, recheck: entry",
        "trigger: visit, audience: {attribute: mother_tongue, eq: kz}, recheck: entry",
        id="what is known for good",
    ),
    pytest.param(
        "trigger: signup, audience: {event: order}, exit: [{event: visit, when: step_end}]",
        "trigger: visit, audience: {not_event: order}, exit: [order]",
        id="what does not come undone, or ends it",
    ),
]


@pytest.mark.parametrize(("one", "other"), [*APART, *ALWAYS])
def test_they_are_never_together(one, other):
    assert together(portfolio(one, other), "one", "other").verdict is Verdict.PROVED


@pytest.mark.parametrize(("one", "other"), ALWAYS[:-1])
def test_what_does_not_change_keeps_them_apart_under_any_system(one, other):
    made = portfolio(one, other, exits="at_send")
    assert together(made, "one", "other").verdict is Verdict.PROVED


@pytest.mark.parametrize(("one", "other"), [*APART, ALWAYS[-1]])
@pytest.mark.parametrize("exits", ["step_end", "wait_end", "at_send"])
def test_a_system_that_looks_at_exits_late_keeps_nobody_apart(one, other, exits):
    made = portfolio(one, other, exits=exits)
    assert together(made, "one", "other").verdict is Verdict.POSSIBLE


def test_a_chain_that_a_step_starts_is_entered_at_any_time():
    first, *_ = APART
    both = "third: {trigger: order, steps: [{start_chain: other}, {start_chain: one}]}"
    none = both.replace("start_chain", "note")
    for more, verdict in ((both, Verdict.POSSIBLE), (none, Verdict.PROVED)):
        assert together(portfolio(*first.values, more), "one", "other").verdict is verdict


def are_both_in(trace):
    inside = []
    for entry in trace.of("enter", "exit", "complete"):
        inside = [one for one in inside if one != entry.chain]
        inside += [entry.chain] if entry.kind == "enter" else []
        if len(inside) == len(CHAINS):
            return True
    return False


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "trigger: signup, exit: [signup]",
            "trigger: signup, exit: [signup]",
            id="one event starts both, and the event of the entry does not count",
        ),
        pytest.param(
            f"trigger: signup, audience: {VIP}, exit: [{{if: {FRESH}}}]",
            f"trigger: signup, audience: {FRESH}, exit: [{{if: {VIP}}}]",
            id="both are entered in one minute, before the exits are asked",
        ),
        pytest.param(
            "trigger: signup, audience: {trigger: place, eq: app}, exit: [{no_longer: audience}]",
            "trigger: visit, audience: {trigger: place, neq: app}, exit: [{no_longer: audience}]",
            id="properties of two different events",
        ),
        pytest.param(
            "trigger: signup, exit: [{event: visit, when: step_end}]",
            "trigger: visit, exit: [signup]",
            id="an exit at the end of a step",
        ),
        pytest.param(
            "trigger: signup, goal: {goal: bought}", "trigger: order, exit: [signup]", id="a goal"
        ),
        pytest.param(
            "trigger: signup, goal: {goal: bought, exits: true, within: 1h}",
            "trigger: order, exit: [signup]",
            id="a goal for an hour",
        ),
        pytest.param(
            "trigger: signup, goal: {goal: looked, exits: true}",
            "trigger: order, exit: [signup]",
            id="a goal that is a segment",
        ),
        pytest.param(
            "trigger: signup, audience: {attribute: sex, eq: f}, recheck: entry",
            "trigger: visit, audience: {attribute: sex, eq: m}, recheck: entry",
            id="a default that gives way to a value",
        ),
        pytest.param(
            "trigger: signup, audience: {not: {attribute: mother_tongue, eq: kz}}, recheck: entry",
            "trigger: visit, audience: {attribute: mother_tongue, eq: kz}, recheck: entry",
            id="a missing value that becomes known",
        ),
    ],
)
def test_they_may_be_together(one, other):
    """The interpreter confirms it."""
    made = portfolio(one, other)
    assert together(made, "one", "other").verdict is Verdict.POSSIBLE
    stages = (
        Stage((Entrance(first), Entrance(then, at=at)), are_both_in)
        for first, then in (CHAINS, CHAINS[::-1])
        for at in (0, 90)
    )
    assert any(enact(made, stage) is not None for stage in stages)


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        pytest.param("{not: {random: 50%, salt: x}}", Verdict.PROVED, id="the other half"),
        pytest.param("{random: 50%, salt: x}", Verdict.POSSIBLE, id="the same half"),
        pytest.param("{not: {random: 50%, salt: y}}", Verdict.POSSIBLE, id="of another draw"),
    ],
)
def test_halves_of_one_draw_never_meet(other, verdict):
    """A customer stays in a bucket for good (semantics 7.30)."""
    one = "trigger: signup, audience: {random: 50%, salt: x}"
    made = portfolio(one, f"trigger: signup, audience: {other}")
    assert together(made, "one", "other").verdict is verdict


def test_a_broadcast_adds_to_what_everybody_may_get():
    """It goes to one home or the other: chains for both still count once, and it beside them."""
    ru, kz = (f"trigger: signup, audience: {{attribute: home, eq: {one}}}" for one in ("ru", "kz"))
    made = portfolio(ru, kz)
    amounts = {"one": 2, "other": 3, "news": 1}
    assert made.lifetimes.heaviest(amounts, 1440) == 4
    assert portfolio(ru, ru).lifetimes.heaviest(amounts, 1440) == 6
    assert made.lifetimes.may_meet("one", "news")
    assert not made.lifetimes.may_meet("one", "other")


@pytest.mark.parametrize(
    ("salt", "verdict"),
    [
        pytest.param("chain one", Verdict.PROVED, id="the salt of the other chain"),
        pytest.param("chain other", Verdict.POSSIBLE, id="its own salt"),
        pytest.param("''", Verdict.POSSIBLE, id="an empty salt"),
    ],
)
def test_an_exit_draws_with_the_salt_of_its_chain(salt, verdict):
    """Without a salt it is that of the chain in which the exit stands (semantics 5.38)."""
    made = portfolio(
        "trigger: signup, exit: [{if: {random: 50%}}]",
        f"trigger: visit, audience: {{random: 50%, salt: {salt}}}, exit: [signup]",
    )
    assert together(made, "one", "other").verdict is verdict
