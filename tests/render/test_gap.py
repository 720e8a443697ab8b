"""Each gap list: what belongs on it, and the twin that does not."""

from __future__ import annotations

import pytest

from crmspec.render import (
    combined_map,
    communication_map,
    data_flow_map,
    event_map,
    jobs_map,
)
from crmspec.render.segment_gap import key

BASE = """
channels: {email: {type: email}}
attributes: {tier: {type: string}}
messages: {hi: {channel: email, subject: Hi, body: Hi}}
"""
IDENTITY = "identity: {primary: user_id, identifiers: [user_id, email]}\n"
EVENT = "{identity: [user_id], stage: buy}"
GOAL = "goals: {bought: {event: paid}}\n"

EVENTS = [
    pytest.param(
        "unused", "events: {paid: {}}", ["paid"],
        "events: {paid: {}}\n" + GOAL, id="an event nobody uses; a goal uses it",
    ),
    pytest.param(
        "unused", "events: {paid: {}}\nstages: {buy: {order: 1, events: [paid]}}", ["paid"],
        "events: {paid: {}}\nstages: {buy: {order: 1, moves_to: {next: paid}}, next: {order: 2}}",
        id="being listed at a stage is no use; moving to the next is",
    ),
    pytest.param(
        "unused",
        "events: {paid: {}}\nchains: {c: {trigger: {manual: true}, steps: [{emit: paid}]}}",
        ["paid"],
        "events: {paid: {}}\nchains: {c: {trigger: paid, steps: [{send: hi}]}}",
        id="creating an event is no use; starting on it is",
    ),
    pytest.param(
        "undeclared", GOAL, ["paid"], GOAL + "events: {paid: {}}",
        id="a goal's event is not declared; it is",
    ),
    pytest.param(
        "no_identifier", "events: {paid: {}}", ["paid"],
        "events: {paid: {identity: [phone]}}", id="no identifier; any, without project identity",
    ),
    pytest.param(
        "no_identifier", IDENTITY + "events: {paid: {identity: [card]}}", ["paid"],
        IDENTITY + "events: {paid: {identity: [card, email]}}",
        id="an identifier the project does not know; one it knows",
    ),
    pytest.param(
        "stage_without_event", "stages: {buy: {order: 1}}", ["buy"],
        f"stages: {{buy: {{order: 1}}}}\nevents: {{paid: {EVENT}}}",
        id="a stage without events; an event names it",
    ),
    pytest.param(
        "same", "events: {order_placed: {}, purchase_created: {}}", [""],
        "events: {order_placed: {}, order_cancelled: {}}",
        id="the same words by meaning; different words",
    ),
    pytest.param(
        "same", "events: {a: {title: Куплено}, b: {title: куплено}}", [""],
        "events: {a: {title: Куплено}, b: {title: Отменено}}", id="one title; two titles",
    ),
    pytest.param(
        "same",
        "events: {web_order_placed: {properties: {id: string, sum: number}}, "
        "order_placed: {properties: {id: string, sum: number}}}",
        [""],
        "events: {web_order_placed: {properties: {id: string, sum: number}}, "
        "order_placed: {properties: {code: string, total: number}}}",
        id="like names and properties; like names only",
    ),
    pytest.param(
        "not_captured", "goals: {g: {segment: s}}\nsegments: {s: {attribute: tier, eq: a}}", ["g"],
        "goals: {g: {segment: s}}\nsegments: {s: {segment: t}, t: {event: paid}}\n"
        "events: {paid: {}}",
        id="a goal without event; one through segments",
    ),
    pytest.param(
        "not_captured",
        "stages: {a: {order: 1, moves_to: {b: {segment: s}}}, b: {order: 2}}\n"
        "segments: {s: {attribute: tier, eq: a}}",
        ["a"],
        "stages: {a: {order: 1, moves_to: {b: paid}}, b: {order: 2}}\nevents: {paid: {}}",
        id="a move between stages without event; one by event",
    ),
]  # fmt: skip


def chain(**parts: str) -> str:
    body = {"trigger": "paid", "steps": "[{send: hi}]"} | parts
    return "{" + ", ".join(f"{key}: {value}" for key, value in body.items()) + "}"


def chains(**named: str) -> str:
    lines = "".join(f"  {id_}: {body}\n" for id_, body in named.items())
    return f"events: {{paid: {{}}, left: {{}}}}\nchains:\n{lines}"


TWO = "[{send: hi}, {wait: 1d}, {send: hi}]"
THERE = "messages: {there: {channel: email, subject: A, body: B}}\n"
SHOWN = ", show: {trigger: load}"
BOX = (
    f"channels: {{site: {{type: onsite}}}}\nmessages: {{box: {{channel: site, text: Hi{SHOWN}}}}}\n"
)
VIP = "segments: {vip: {attribute: tier, eq: gold}}\n"

COMMUNICATIONS = [
    pytest.param(
        "duplicate", chains(a=chain(), b=chain()), [""],
        chains(a=chain(), b=chain(trigger="left")), id="one trigger; two triggers",
    ),
    pytest.param(
        "duplicate", chains(a=chain(trigger="[left, paid]"), b=chain()), [""],
        VIP + chains(a=chain(trigger="[left, paid]"), b=chain(audience="vip")),
        id="one of the triggers; another audience",
    ),
    pytest.param(
        "duplicate", chains(a=chain(), b=chain()), [""],
        chains(a=chain(exclusive="main"), b=chain(exclusive="main")),
        id="both may run; one at a time",
    ),
    pytest.param(
        "duplicate", chains(a=chain(), b=chain()), [""],
        "exclusive: {main: {chains: [a, b]}}\n" + chains(a=chain(), b=chain()),
        id="both may run; a group holds both",
    ),
    pytest.param(
        "duplicate", chains(a=chain(), b=chain()), [""],
        chains(a=chain(), b=chain(status="deprecated")), id="both live; one is on its way out",
    ),
    pytest.param(
        "duplicate",
        VIP + "broadcasts:\n  a: {audience: vip, message: hi, at: '2026-01-02T10:00'}\n"
        "  b: {audience: vip, message: hi, at: '2026-01-02T10:00'}\n",
        [""],
        VIP + "broadcasts:\n  a: {audience: vip, message: hi, at: '2026-01-02T10:00'}\n"
        "  b: {audience: vip, message: hi, at: '2026-01-03T10:00'}\n",
        id="two mailings at once; on two days",
    ),
    pytest.param(
        "same_segment",
        "segments:\n"
        "  a: {all: [{attribute: tier, eq: gold}, {event: paid, within: 7d}]}\n"
        "  b: {title: B, all: [{event: paid, within: 7d}, {attribute: tier, eq: gold}]}\n",
        [""],
        "segments:\n"
        "  a: {all: [{attribute: tier, eq: gold}, {event: paid, within: 7d}]}\n"
        "  b: {all: [{event: paid, within: 8d}, {attribute: tier, eq: gold}]}\n",
        id="one condition in another order; another window",
    ),
    pytest.param(
        "same_segment",
        "segments: {a: {any: [{attribute: tier, eq: x}]}, b: {attribute: tier, eq: x}}", [""],
        "segments: {a: {none: [{attribute: tier, eq: x}]}, b: {attribute: tier, eq: x}}",
        id="a group of one; none of one",
    ),
    pytest.param(
        "same_segment",
        "segments: {a: {attribute: tier, eq: x}, b: {segment: a}}", [""],
        "segments: {a: {attribute: tier, eq: x}, b: {segment: a, joined: {within: 7d}}}",
        id="another name for a segment; those who joined lately",
    ),
    pytest.param(
        "same_segment",
        "segments: {a: {attribute: tier, eq: x}, b: {attribute: tier, eq: x}}", [""],
        "segments: {a: {attribute: tier, eq: x}, b: {attribute: tier, eq: x, status: deprecated}}",
        id="both live; one is on its way out",
    ),
    pytest.param(
        "same_segment",
        "segments:\n  a: {sequence: [{event: paid}, {event: left}]}\n"
        "  b: {sequence: [{event: paid}, {event: left}]}\n",
        [""],
        "segments:\n  a: {sequence: [{event: paid}, {event: left}]}\n"
        "  b: {sequence: [{event: left}, {event: paid}]}\n",
        id="one sequence; the order of a sequence counts",
    ),
    pytest.param(
        "shared_segment",
        VIP + chains(a=chain(audience="[vip, {not: {event: left}}]"), b=chain(audience="vip")),
        ["vip"],
        VIP + chains(a=chain(audience="[vip, {not: {event: left}}]", trigger="left"),
                     b=chain(audience="vip")),
        id="one trigger; two triggers",
    ),
    pytest.param(
        "shared_segment",
        VIP + chains(a=chain(audience="[vip, {not: {event: left}}]"), b=chain(audience="vip")),
        ["vip"],
        VIP + chains(a=chain(audience="vip"), b=chain(audience="vip", trigger="left")),
        id="one trigger; nothing in common",
    ),
    pytest.param(
        "shared_segment",
        VIP + chains(a=chain(audience="[vip, {not: {event: left}}]"), b=chain(audience="vip")),
        ["vip"],
        VIP + chains(a=chain(audience="[vip, {not: {event: left}}]", exclusive="one"),
                     b=chain(audience="vip", exclusive="one")),
        id="both may run; one at a time",
    ),
    pytest.param(
        "empty_stage", "stages: {buy: {order: 1}}", ["buy"],
        "stages: {buy: {order: 1}}\n" + chains(a=chain(stage="buy")),
        id="a stage without scenario; a chain names it",
    ),
    pytest.param(
        "empty_stage", "stages: {buy: {order: 1}}", ["buy"],
        "stages: {buy: {order: 1, chains: [a]}}\n" + chains(a=chain()),
        id="a stage without scenario; it names a chain",
    ),
    pytest.param(
        "no_metric", chains(a=chain()), ["a"], chains(a=chain(metrics="[cr]")),
        id="no goal and no metric; a metric",
    ),
    pytest.param(
        "no_metric", chains(a=chain()), ["a"], GOAL + chains(a=chain(goal="bought")),
        id="no goal and no metric; a goal",
    ),
    pytest.param(
        "no_owner", chains(a=chain()), ["a"], chains(a=chain(owner="crm")), id="no owner; an owner"
    ),
    pytest.param(
        "unsent", THERE + chains(a=chain()), ["there"],
        THERE + chains(a=chain(steps="[{send: [hi, there]}]")),
        id="nobody sends it; one of a choice",
    ),
    pytest.param(
        "unsent", BOX.replace(SHOWN, "") + chains(a=chain()), ["box"], BOX + chains(a=chain()),
        id="a box nobody shows; one that shows itself",
    ),
    pytest.param(
        "no_exit", chains(a=chain(steps=TWO)), ["a"], chains(a=chain(steps=TWO, exit="left")),
        id="two touches without exit; an exit",
    ),
    pytest.param(
        "no_exit", chains(a=chain(steps=TWO)), ["a"],
        GOAL + chains(a=chain(steps=TWO, goal="{goal: bought, exits: true}")),
        id="two touches without exit; the goal ends it",
    ),
    pytest.param(
        "no_exit", chains(a=chain(steps=TWO)), ["a"], chains(a=chain()),
        id="two touches without exit; one touch needs none",
    ),
    pytest.param(
        "no_exit", chains(a=chain(steps=TWO)), ["a"],
        chains(a=chain(steps="[{send: hi}, {wait: 1d}, {exit: late}, {send: hi}]")),
        id="two touches without exit; a step leaves",
    ),
]  # fmt: skip

READS = chain(steps="[{send: ask}]", stage="buy")
ASK = "messages: {ask: {channel: email, subject: Hi, body: 'Hi {{ event.total }}'}}\n"

COMBINED = [
    pytest.param(
        "no_event", "stages: {buy: {order: 1}}", ["buy"],
        "stages: {buy: {order: 1, events: [paid]}}\nevents: {paid: {}}", id="no event; an event",
    ),
    pytest.param(
        "no_scenario", "stages: {buy: {order: 1}}", ["buy"],
        VIP + "stages: {buy: {order: 1}}\n"
        "broadcasts: {b: {audience: vip, message: hi, stage: buy, at: '2026-01-02T10:00'}}",
        id="no scenario; a broadcast",
    ),
    pytest.param(
        "no_metric", "stages: {buy: {order: 1}}", ["buy"],
        "stages: {buy: {order: 1, metrics: cr}}", id="no metric; a metric",
    ),
    pytest.param(
        "no_customer_goal", "stages: {buy: {order: 1}}", ["buy"],
        "stages: {buy: {order: 1, customer_goal: Buy}}", id="no goal; a goal",
    ),
    pytest.param(
        "unreachable", "stages: {a: {order: 1}, b: {order: 2}}", ["b"],
        "stages: {a: {order: 1, moves_to: {b: paid}}, b: {order: 2}}\nevents: {paid: {}}",
        id="nothing leads there; the first stage does",
    ),
    pytest.param(
        "scenario_without_stage", chains(a=chain()), ["a"],
        "stages: {buy: {order: 1}}\n" + chains(a=chain(stage="buy")), id="no stage; a stage",
    ),
    pytest.param(
        "event_without_stage", "events: {paid: {}}", ["paid"],
        f"stages: {{buy: {{order: 1}}}}\nevents: {{paid: {EVENT}}}", id="no stage; a stage",
    ),
    pytest.param(
        "undeclared_parameter",
        "chains: {a: {trigger: {event: paid, where: {sum: 1}}, steps: [{send: hi}]}}\n"
        "events: {paid: {}}",
        ["a"],
        "chains: {a: {trigger: {event: paid, where: {sum: 1}}, steps: [{send: hi}]}}\n"
        "events: {paid: {properties: {sum: number}}}",
        id="a filter on what is not declared; declared",
    ),
]  # fmt: skip

JOB = "jobs: {rest: {when: I am tired, want: to rest}}\n"

JOBS = [
    pytest.param(
        "no_segment", JOB, ["rest"], JOB + "segments: {s: {attribute: tier, eq: a, job: rest}}",
        id="no segment; a segment",
    ),
    pytest.param(
        "no_chain", JOB, ["rest"], JOB + chains(a=chain(job="rest")), id="no chain; a chain"
    ),
    pytest.param(
        "segment_without_job", "segments: {s: {attribute: tier, eq: a, kind: jtbd}}", ["s"],
        JOB + "segments: {s: {attribute: tier, eq: a, kind: jtbd, job: rest}}",
        id="no job; a job",
    ),
    pytest.param(
        "chain_without_job", JOB + chains(a=chain()), ["a"], chains(a=chain()),
        id="no job; the project has no jobs",
    ),
]  # fmt: skip


def flows(*, a_to_b: str, extra: str = "") -> str:
    ends = "from: a, to: b"
    return (
        f"systems: {{a: {{kind: site}}, b: {{kind: crm}}}}\n{extra}"
        f"flows: {{f: {{{ends}, {a_to_b}}}}}\n"
    )


GOOD = "method: api, carries: [contacts, events, consents], identifiers: [user_id]"

FLOWS = [
    pytest.param(
        "no_events", flows(a_to_b="method: api, carries: [profile]"), ["f"], flows(a_to_b=GOOD),
        id="no events; events",
    ),
    pytest.param(
        "stuck",
        flows(a_to_b="method: api, carries: [profile]", extra="events: {paid: {sources: [a]}}\n"),
        ["a"],
        flows(a_to_b=GOOD, extra="events: {paid: {sources: [a]}}\n"),
        id="events stay where they arise; they travel",
    ),
    pytest.param(
        "no_identifier", flows(a_to_b="method: api, carries: [events], identifiers: [card]"),
        ["f"], flows(a_to_b=GOOD), id="another identifier; the shared one",
    ),
    pytest.param(
        "no_identifier",
        "identity: {primary: customer, identifiers: [customer]}\n" + flows(a_to_b=GOOD), ["f"],
        "identity: {primary: user_id, identifiers: [user_id]}\n" + flows(a_to_b=GOOD),
        id="not the project's primary; the primary",
    ),
    pytest.param(
        "no_consents", flows(a_to_b="method: api, carries: [contacts]"), ["f"],
        flows(a_to_b=GOOD), id="contacts only; consents too",
    ),
    pytest.param(
        "manual", flows(a_to_b="method: manual, carries: [events]"), ["f"], flows(a_to_b=GOOD),
        id="by hand; by API",
    ),
    pytest.param(
        "isolated", "systems: {a: {kind: site}}", ["a"], flows(a_to_b=GOOD),
        id="a system alone; connected",
    ),
]  # fmt: skip


def gaps(make_view, module, yaml: str) -> dict[str, list[str]]:
    found = module.build(make_view(yaml, BASE))
    return {gap.key: [item.id for item in gap.items] for gap in found.gaps}


@pytest.mark.parametrize(("key", "faulty", "expected", "twin"), EVENTS)
def test_event_map(make_view, key, faulty, expected, twin):
    assert gaps(make_view, event_map, faulty)[key] == expected
    assert gaps(make_view, event_map, twin)[key] == []


@pytest.mark.parametrize(("key", "faulty", "expected", "twin"), COMMUNICATIONS)
def test_communication_map(make_view, key, faulty, expected, twin):
    assert gaps(make_view, communication_map, faulty)[key][-len(expected) :] == expected
    ignored = {"hi", "there"}
    assert [
        id_ for id_ in gaps(make_view, communication_map, twin)[key] if id_ not in ignored
    ] == []


@pytest.mark.parametrize(("key", "faulty", "expected", "twin"), COMBINED)
def test_combined_map(make_view, key, faulty, expected, twin):
    assert gaps(make_view, combined_map, faulty)[key] == expected
    assert gaps(make_view, combined_map, twin)[key] == []


@pytest.mark.parametrize(("key", "faulty", "expected", "twin"), JOBS)
def test_jobs_map(make_view, key, faulty, expected, twin):
    assert gaps(make_view, jobs_map, faulty)[key] == expected
    assert gaps(make_view, jobs_map, twin)[key] == []


@pytest.mark.parametrize(("key", "faulty", "expected", "twin"), FLOWS)
def test_data_flow_map(make_view, key, faulty, expected, twin):
    assert gaps(make_view, data_flow_map, faulty)[key] == expected
    assert gaps(make_view, data_flow_map, twin)[key] == []


def test_every_gap_list_is_tested(make_view):
    tested = {
        event_map: EVENTS,
        communication_map: COMMUNICATIONS,
        combined_map: COMBINED,
        jobs_map: JOBS,
        data_flow_map: FLOWS,
    }
    for module, cases in tested.items():
        assert set(gaps(make_view, module, VIP)) == {case.values[0] for case in cases}


def test_a_template_variable_is_a_need_and_a_use(make_view):
    yaml = "events: {paid: {properties: {total: number}}, left: {}}\n" + ASK
    yaml += f"stages: {{buy: {{order: 1}}}}\nchains: {{a: {READS}}}\n"
    view = make_view(yaml, BASE)
    found = [use for use in view.index.of("event", "paid") if use.role == "template"]
    assert [(use.owner.id, use.detail) for use in found] == [("ask", "total")]
    needs = combined_map.build(view).sections[0].rows[0].cells["needs"]
    assert [item.text for item in needs] == ["total of paid"]


def test_a_missing_audience_differs_from_any_other(make_view):
    view = make_view(VIP + chains(a=chain(), b=chain(audience="vip")), BASE)
    found = view.program.chains
    assert key(found["a"].audience) == b"null"
    assert key(found["b"].audience) != b"null"
