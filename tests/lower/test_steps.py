"""What steps become where a target lacks something, and what stays because it must."""

import pytest

from crmspec.diagnostics import Severity, text
from crmspec.ir import walk
from crmspec.ir.condition import EventHappened, EventMissing, InOrder
from crmspec.ir.step import Branch, Leave, Send, Split, Wait
from crmspec.lower.capability import Row, Support
from crmspec.lower.finding import findings
from crmspec.lower.lowering import lower
from tests.contract.project import program
from tests.lower.table import TARGET, by, table

HEAD = """
project: shop
events: {order: {title: Order, properties: {total: {type: number}}}}
channels: {email: {type: email, consent: news}, sms: {type: sms, cost: {amount: 2, currency: RUB}}}
channel_groups: {any: {title: Any, order: [sms, email]}}
consents: {news: {title: News, channel: email}}
messages:
  hello: {channel: email, subject: Hi, body: Hi}
  text: {channel: sms, text: Hi}
  pay: {channel: sms, category: service, text: Hi}
experiments: {colours: {variants: {red: {weight: 50}, blue: {weight: 50}}, EXPERIMENT}}
segments: {vip: {event: order, count: {gte: 3}}}
chains:
  c:
    trigger: order
    SETTINGS
    steps:
STEPS
"""
ALL = table(
    {
        ("policy", "only"): by("only"),
        ("policy", "unless"): by("only"),
        ("policy", "choice"): by("choice"),
        ("policy", "holdout"): by("holdout"),
        ("condition", "not_event"): by("not_event"),
        ("wait", "months"): by("months"),
        ("step", "experiment"): by("experiment"),
    }
)


def written(*steps, settings="priority: 50", experiment="salt: x", extra=""):
    body = "".join(f"      - {step}\n" for step in steps)
    head = HEAD.replace("SETTINGS", settings).replace("EXPERIMENT", experiment)
    return head.replace("STEPS\n", body) + extra


def lowered(*steps, capabilities=ALL, **rest):
    return lower(program(written(*steps, **rest)), capabilities, TARGET)


def steps(done):
    return done.program.chains["c"].steps


def lost(done):
    return [(one.element, one.reason.english()) for one in done.survey.gaps(("chain", "c"))]


def told(done):
    found = done.survey.outcomes["chain", "c"]
    return {(one.element, one.support.value) for one in found if one.reason is not None}


def test_only_and_unless_become_a_branch():
    done = lowered("{wait: 1h}", "{id: a, send: hello, only: vip, unless: {event: order}}")
    branch = steps(done)[1]
    assert isinstance(branch, Branch)
    assert branch.id == "a"
    (send,) = branch.branch.cases[0].then
    assert (send.only, send.unless, send.id) == (None, None, None)
    assert told(done) == {("only", "lowered"), ("unless", "lowered")}
    assert branch.place.span == send.place.span != done.program.chains["c"].place.span


def test_steps_inside_steps_too():
    done = lowered("{branch: {if: vip, then: [{send: hello, only: vip}]}, unless: vip}")
    outer = steps(done)[0].branch.cases[0].then[0]
    assert isinstance(outer.branch.cases[0].then[0], Branch)


@pytest.mark.parametrize(
    "user",
    [
        pytest.param("{branch: {if: {step: a, outcome: skipped}, then: []}}", id="skipped"),
        pytest.param("{branch: {if: {event: order, since: a}, then: []}}", id="since"),
        pytest.param("{branch: {if: {step: a, output: x, eq: 1}, then: []}}", id="output"),
        pytest.param(
            "{branch: {if: {step: a, outcome: sent}, then: [{jump: {to: a, max: 1}}]}}", id="both"
        ),
    ],
)
def test_a_step_whose_result_is_asked_for_stays(user):
    done = lowered("{wait: 1h}", "{id: a, send: hello, only: vip}", user)
    assert isinstance(steps(done)[1], Send)
    assert lost(done) == [
        ("only", "`only` cannot be written in another way: the result of this step is asked for")
    ]


@pytest.mark.parametrize(
    ("user", "inner", "outer"),
    [
        pytest.param("{jump: {to: a, max: 1}}", None, "a", id="a jump finds the branch"),
        pytest.param(
            "{branch: {if: {step: a, outcome: sent}, then: []}}", "a", None, id="a test the send"
        ),
    ],
)
def test_ids_go_where_they_are_looked_for(user, inner, outer):
    branch = steps(lowered("{wait: 1h}", "{id: a, send: hello, only: vip}", user))[1]
    assert (branch.branch.cases[0].then[0].id, branch.id) == (inner, outer)


STEP_END = "exit: [{event: order, when: step_end}]"


@pytest.mark.parametrize(
    ("step", "element"),
    [
        pytest.param("{send: hello, only: vip}", "only", id="only"),
        pytest.param("{send: [hello, text]}", "choice", id="choice"),
    ],
)
def test_the_first_step_is_not_wrapped_where_exits_look_between_steps(step, element):
    done = lowered(step, settings=STEP_END)
    ((found, why),) = lost(done)
    assert found == element
    assert "before the first step" in why
    assert not lost(lowered("{wait: 1h}", step, settings=STEP_END))


def test_a_batch_stays():
    assert lost(lowered("{batch: {for: 1h, as: x}, only: vip}"))


@pytest.mark.parametrize(
    ("choice", "order"),
    [
        pytest.param("[hello, pay]", ["hello", "pay"], id="as written"),
        pytest.param("{messages: [hello, pay], group: any}", ["pay", "hello"], id="group"),
        pytest.param("{messages: [pay, hello], choose: cheapest}", ["hello", "pay"], id="cheapest"),
    ],
)
def test_a_choice_becomes_branches(choice, order):
    (branch,) = steps(lowered(f"{{id: a, send: {choice}}}"))
    assert [case.then[0].send.message.id for case in branch.branch.cases] == order
    assert branch.branch.else_ == ()
    assert branch.id == "a"


def test_all_of_several_are_sent_one_after_another():
    found = steps(lowered("{id: a, send: {messages: [hello, pay], choose: all}}"))
    assert [(one.send.message.id, one.id) for one in found] == [("hello", "a"), ("pay", None)]


def test_where_nothing_can_be_sent_the_audience_is_asked_all_the_same():
    (branch,) = steps(lowered("{send: [hello, text]}", settings="audience: vip"))
    assert branch.branch.else_[0].send.message.id == "hello"
    (case, never) = branch.branch.cases
    assert len(case.if_.all) == 2
    assert never.if_.any == ()


@pytest.mark.parametrize(
    ("step", "settings"),
    [
        pytest.param("{send: {messages: [hello, text], choose: preferred}}", "priority: 1", id="1"),
        pytest.param("{send: {messages: [hello, text], choose: all}}", "audience: vip", id="2"),
        pytest.param("{id: a, send: [hello, text]}", "priority: 1", id="asked"),
    ],
)
def test_some_choices_stay(step, settings):
    done = lowered(step, "{branch: {if: {step: a, outcome: sent}, then: []}}", settings=settings)
    assert bool(lost(done)) is ("a" in step or "choose" in step)
    assert isinstance(steps(done)[0], Send)


def test_a_choice_that_may_not_happen_stays_where_only_stays():
    done = lowered(
        "{send: [hello, text], only: vip}", capabilities=table({("policy", "choice"): by("choice")})
    )
    assert "has `only`" in lost(done)[0][1]


def test_messages_that_may_end_the_chain_stay():
    text = "{when: vip, then: exit}"
    head = HEAD.replace("body: Hi}", f"body: Hi, fallback: {text}}}")
    body = head.replace("SETTINGS", "audience: vip").replace("EXPERIMENT", "salt: x")
    done = lower(
        program(body.replace("STEPS", "      - send: {messages: [hello], choose: cheapest}")),
        ALL,
        TARGET,
    )
    assert "has a `fallback`" in lost(done)[0][1]


def test_a_holdout_becomes_a_split():
    done = lowered("{send: hello}", settings="holdout: 5%")
    (split,) = steps(done)
    assert isinstance(split, Split)
    held, kept = split.split.arms.values()
    assert (held.weight, kept.weight, split.split.salt) == (5.0, 95.0, "c.holdout")
    assert isinstance(held.steps[0], Leave)
    assert kept.steps[0].send.message.id == "hello"
    assert done.program.chains["c"].holdout is None


@pytest.mark.parametrize(
    ("settings", "extra", "why"),
    [
        pytest.param(STEP_END, "", "before the first step", id="step end"),
        pytest.param("exclusive: g", "", "exclusive group", id="a group"),
        pytest.param(
            "priority: 1",
            "  d: {trigger: {chain: c}, steps: [{send: hello}]}\n",
            "asks",
            id="trigger",
        ),
        pytest.param("audience: {in_chain: c, is: false}", "", "asks", id="a condition"),
    ],
)
def test_a_holdout_that_somebody_looks_at_stays(settings, extra, why):
    both = settings + "\n    holdout: 5%"
    done = lowered("{send: hello}", settings=both, extra=extra)
    assert why in lost(done)[0][1]
    assert done.program.chains["c"].holdout is not None


def test_a_holdout_where_nobody_can_look():
    lacking = [("kind", "exclusive"), ("condition", "in_chain"), ("trigger", "chain")]
    table_ = table({("policy", "holdout"): by("holdout")} | dict.fromkeys(lacking, "none"))
    looked = "  d: {trigger: {chain: c}, steps: [{send: hello}]}\n"
    for extra, support in (("", "lowered"), (looked, "lowered")):
        done = lowered("{send: hello}", settings="holdout: 5%", capabilities=table_, extra=extra)
        assert isinstance(steps(done)[0], Split)
        assert ("holdout", support) in told(done)
    both = "exclusive: g\n    holdout: 5%"
    done = lowered("{send: hello}", settings=both, capabilities=table_)
    assert isinstance(steps(done)[0], Split)
    assert ("holdout", "lowered") in told(done)


@pytest.mark.parametrize(
    ("settings", "extra", "place"),
    [
        pytest.param("exclusive: g", "", "exclusive", id="said by the chain"),
        pytest.param(
            "priority: 50",
            "exclusive: {g: {title: G, owner: crm, chains: [c]}}\n",
            "c",
            id="said by the group",
        ),
    ],
)
def test_a_group_that_nobody_keeps_is_told_of_each_chain(settings, extra, place):
    row = Row(Support.DEVIATES, note=text("flows do not keep each other out (semantics 6.26)"))
    lacking = table({("policy", "exclusive"): row})
    done = lowered("{send: hello}", settings=settings, capabilities=lacking, extra=extra)
    assert told(done) == {("exclusive", "deviates")}
    (found,) = findings(done.survey, lacking)
    assert found.help[0].english() == (
        "as written: a customer is in one chain of an exclusive group at a time"
    )
    at = slice(found.label.span.start, found.label.span.end)
    assert written("{send: hello}", settings=settings, extra=extra)[at] == place


def test_other_spellings():
    done = lowered(
        "{wait: 1mo}",
        "{branch: {if: {all: [{not_event: order, within: 1d},"
        " {sequence: [{event: order}, {not_event: order}]}]}, then: [{send: hello}]}}",
        settings="on_unsupported: degrade",
    )
    assert steps(done)[0].wait.for_.seconds == 30 * 86_400
    first, second = steps(done)[1].branch.cases[0].if_.all
    assert isinstance(first, EventHappened)
    assert isinstance(second, InOrder)
    assert sum(isinstance(one, EventMissing) for one in walk(second)) == 1
    assert ("months", "deviates") in told(done)
    assert ("not_event", "lowered") in told(done)
    (found, *_) = findings(done.survey, ALL)
    assert found.level is Severity.WARNING


RED = "red: {weight: 50, steps: [{wait: 1mo}]}"
ARMS = f"{{experiment: {{id: colours, arms: {{{RED}, blue: {{weight: 50}}}}}}}}"


def test_an_experiment_becomes_a_split():
    (split,) = steps(lowered(ARMS))
    assert isinstance(split, Split)
    assert split.split.salt == "x"
    (wait,) = split.split.arms["red"].steps
    assert isinstance(wait, Wait)
    assert wait.wait.for_.months == 0


@pytest.mark.parametrize(
    ("experiment", "extra"),
    [
        pytest.param("unit: send", "", id="drawn for each send"),
        pytest.param(
            "salt: x",
            "  d: {trigger: order, audience: {experiment: colours, variant: red}, steps: []}\n",
            id="asked for",
        ),
    ],
)
def test_an_experiment_that_is_more_stays(experiment, extra):
    done = lowered(ARMS, experiment=experiment, extra=extra)
    assert "cannot become a split" in lost(done)[0][1]


def test_salts_are_written_out_before_steps_move():
    split = "{split: {arms: {a: {weight: 50, steps: [{send: hello, only: vip}]}, b: {weight: 50}}}}"
    named = split.replace("{split", "{id: s, split", 1)
    done = lowered(
        "{wait: 1h}", split, named, named.replace("id: s", "id: t").replace("arms", "salt: y, arms")
    )
    assert [one.split.salt for one in steps(done)[1:]] == ["c.steps.1", "c.s", "y"]
    plain = lowered("{wait: 1h}", split, capabilities=table())
    assert steps(plain)[1].split.salt is None
