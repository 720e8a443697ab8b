from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import (
    dead_branch,
    duplicate_segments,
    empty_segment,
    redundant_condition,
    universal_segment,
)

BASE = """\
events:
  order: {properties: {total: {type: number}, sku: {type: string}, gift: {type: boolean}}}
  visit: {title: Visit}
channels:
  email: {type: email}
attributes:
  plan: {type: enum, values: [free, pro]}
  country: {type: enum, values: [de, fr], mutability: frozen}
  age: {type: integer, minimum: 0}
  verified: {type: boolean, mutability: immutable}
messages:
  hello: {channel: email, category: service, subject: Hi, body: Hi}
"""


def chain(steps, audience="", trigger="order"):
    lines = "\n".join(f"      {line}" for line in steps.splitlines())
    asked = f"    audience: {audience}\n" if audience else ""
    return f"chains:\n  c:\n    trigger: {trigger}\n{asked}    steps:\n{lines}\n"


GROUP = (
    "exclusive: {{g: {{chains: [a, b]}}}}\n"
    "chains: {{a: {{trigger: order, {}steps: [{{wait: 1d}}]}}, "
    "b: {{trigger: visit, {}steps: [{{send: hello}}]}}}}\n"
)
THIRD = "chains: {c: {trigger: order, steps: [{send: hello}], "

EMPTY = [
    pytest.param(
        "segments: {s: {all: [{event: order, within: 7d}, {not_event: order, within: 30d}]}}",
        ["nobody can be in `s`"],
        id="in seven days but not in thirty",
    ),
    pytest.param(
        "segments: {s: {all: [{event: order, within: 30d}, {not_event: order, within: 7d}]}}",
        [],
        id="in thirty days but not in seven",
    ),
    pytest.param(
        "segments: {a: {event: order}, s: {all: [a, {not_event: order}]}}",
        ["nobody can be in `s`"],
        id="through another segment",
    ),
    pytest.param(
        "segments: {a: {all: [{event: order}, {not_event: order}]}, s: {all: [a, {event: visit}]}}",
        ["nobody can be in `a`"],
        id="only the cause is reported",
    ),
    pytest.param(
        "segments: {s: {all: [{attribute: age, lt: 18}, {attribute: age, gt: 17}]}}",
        ["nobody can be in `s`"],
        id="no whole number between",
    ),
    pytest.param(
        "segments: {s: {all: [{attribute: age, lt: 18}, {attribute: age, gt: 16}]}}",
        [],
        id="one whole number between",
    ),
    pytest.param(
        "segments: {s: {all: [{event: order, where: {total: {gte: 5}}}, "
        "{event: order, count: {eq: 0}}]}}",
        ["nobody can be in `s`"],
        id="a filtered event among none",
    ),
    pytest.param(
        "segments: {s: {all: [{event: order, where: {total: {gte: 9}}}, "
        "{not_event: order, where: {total: {gt: 5}}}]}}",
        ["nobody can be in `s`"],
        id="one filter within another",
    ),
    pytest.param(
        "segments: {s: {all: [{event: order, where: {total: {gte: 3}}}, "
        "{not_event: order, where: {total: {gt: 5}}}]}}",
        [],
        id="one filter beyond another",
    ),
    pytest.param(
        chain("- send: hello", "{not_event: order}"),
        ["nobody can enter `c`"],
        id="an audience against its trigger",
    ),
    pytest.param(
        chain("- send: hello", "{not_event: order}", "[order, visit]"),
        ["nobody can enter `c` on this trigger"],
        id="an audience against one of two triggers",
    ),
    pytest.param(chain("- send: hello", "{not_event: visit}"), [], id="an audience that fits"),
    pytest.param(
        "segments: {s: {event: order, within: 7d}, t: {event: order}}\n"
        "broadcasts: {b: {audience: {include: [s], exclude: [t]}, message: hello}}",
        ["nobody receives `b`"],
        id="all receivers excluded",
    ),
    pytest.param(
        "segments: {s: {event: order}, t: {event: order, within: 7d}}\n"
        "broadcasts: {b: {audience: {include: [s], exclude: [t]}, message: hello}}",
        [],
        id="some receivers excluded",
    ),
    pytest.param(
        chain("- send: hello", "{not_event: order}").replace("c:\n", "c:\n    status: draft\n"),
        [],
        id="a draft",
    ),
    pytest.param(
        "segments: {s: {event: order, within: 7d}, t: {event: order}}\n"
        "broadcasts: {b: {status: draft, audience: {include: [s], exclude: [t]}, message: hello}}",
        [],
        id="a draft of a mailing",
    ),
    pytest.param(
        "segments: {s: {all: [{event: order}, {not_event: order}]}, t: {event: order}}\n"
        "broadcasts: {b: {audience: {include: [s], exclude: [t]}, message: hello}}",
        ["nobody can be in `s`"],
        id="a mailing to an empty segment",
    ),
    pytest.param(
        "broadcasts: {b: {audience: {include: [nobody], exclude: []}, message: hello}}",
        [],
        id="a mailing to a segment that is not there",
    ),
    pytest.param(
        "segments: {s: {all: [{event: order}, {not_event: order}]}}\n"
        + chain("- send: hello", "{all: [{segment: s}, {segment: away}]}"),
        ["nobody can be in `s`"],
        id="a chain for an empty segment and one that is not there",
    ),
    pytest.param(
        "segments: {s: {not: {any: [{event: order}, {not_event: order}]}}}",
        ["nobody can be in `s`"],
        id="a group that everybody is in, turned round",
    ),
    pytest.param(
        GROUP.format("", "") + "segments: {s: {all: [{in_chain: a}, {in_chain: b}]}}",
        ["nobody can be in `s`"],
        id="two chains of one group",
    ),
    pytest.param(
        GROUP.format("", "") + "segments: {s: {all: [{in_chain: a}, {not: {in_chain: b}}]}, "
        "t: {all: [{in_chain: a}, {in_chain: b, state: completed}]}, "
        "u: {any: [{in_chain: a}, {in_chain: b}]}, v: {all: [{in_chain: a}, {in_chain: a}]}}",
        [],
        id="one chain of a group",
    ),
    pytest.param(
        GROUP.format("holdout: 10%, ", "") + "segments: {s: {all: [{in_chain: a}, {in_chain: b}]}}",
        [],
        id="those held out occupy no group",
    ),
    pytest.param(
        GROUP.format("", "audience: {in_chain: a}, "),
        ["nobody can enter `b`"],
        id="an audience that the group keeps out",
    ),
    pytest.param(
        GROUP.format("", "priority: 90, audience: {in_chain: a}, "),
        [],
        id="a chain that takes the place of the other",
    ),
    pytest.param(
        GROUP.format("", "priority: 90, audience: {in_chain: a}, ").replace(
            "chains: [a, b]", "chains: [a, b], on_conflict: first"
        ),
        ["nobody can enter `b`"],
        id="a group that never changes chains",
    ),
    pytest.param(
        GROUP.format("", "audience: {in_chain: a}, ").replace(
            "chains: [a, b]", "chains: [a, b], on_conflict: newest"
        ),
        [],
        id="a group that always changes chains",
    ),
    pytest.param(
        "segments: {s: {all: [{in_chain: a}, {in_chain: b}]}}\n"
        + GROUP.format("", "").replace("chains: {a", THIRD + "audience: {segment: s}}, a"),
        ["nobody can be in `s`"],
        id="an audience of a segment of those in two chains",
    ),
    pytest.param(
        GROUP.format("", "").replace(
            "chains: {a", THIRD + "audience: {all: [{in_chain: a}, {in_chain: b}]}}, a"
        ),
        ["nobody can enter `c`"],
        id="an audience of those in two chains",
    ),
    pytest.param(
        "attributes: {tier: {type: enum, values: [low, high], default: low}}\n"
        "segments: {s: {attribute: tier, missing: true}, t: {attribute: tier, exists: false}}",
        ["nobody can be in `s`", "nobody can be in `t`"],
        id="missing in spite of a default",
    ),
    pytest.param(
        "segments: {s: {attribute: plan, missing: true}}", [], id="missing without a default"
    ),
]


@pytest.mark.parametrize(("source", "expected"), EMPTY)
def test_sets_that_nobody_is_in_are_found(findings, source, expected):
    assert [message for message, *_ in findings(empty_segment, BASE, source)] == expected


UNIVERSAL = [
    pytest.param(
        "segments: {s: {event: order, count: {gte: 0}}}",
        ["everybody is in `s`"],
        id="at least none",
    ),
    pytest.param("segments: {s: {event: order, count: {gte: 1}}}", [], id="at least one"),
    pytest.param(
        "segments: {s: {any: [{event: order}, {not_event: order}]}}",
        ["everybody is in `s`"],
        id="one or the opposite",
    ),
    pytest.param(
        "segments: {s: {any: [{event: order}, {not_event: order, within: 7d}]}}",
        ["everybody is in `s`"],
        id="ever or not lately",
    ),
    pytest.param(
        "segments: {s: {any: [{event: order, within: 7d}, {not_event: order, within: 30d}]}}",
        [],
        id="lately or not for long",
    ),
    pytest.param(
        "segments: {s: {any: [{event: order}, {not_event: order}]}, t: {segment: s}}",
        ["everybody is in `s`"],
        id="another name for it",
    ),
    pytest.param(
        chain("- {send: hello, only: {attribute: age, missing: true}}"), [], id="a real filter"
    ),
    pytest.param(
        chain("- {send: hello, only: {event: visit, count: {gte: 0}}}"),
        ["this `only` lets everybody through"],
        id="a filter that lets everybody through",
    ),
    pytest.param(
        chain("- {send: hello, unless: {event: visit, count: {lt: 0}}}"),
        ["this `unless` holds nobody back: nobody meets it"],
        id="an exception for nobody",
    ),
    pytest.param(
        chain("- send: hello", "{event: visit, count: {gte: 0}}"),
        ["the audience of `c` leaves nobody out"],
        id="an audience of everybody",
    ),
]


@pytest.mark.parametrize(("source", "expected"), UNIVERSAL)
def test_sets_that_everybody_is_in_are_found(findings, source, expected):
    assert [message for message, *_ in findings(universal_segment, BASE, source)] == expected


DUPLICATES = [
    pytest.param(
        "segments: {a: {event: order, count: {gte: 2}}, b: {event: order, count: {gt: 1}}}",
        ["`a` and `b` are the same customers"],
        id="other operators",
    ),
    pytest.param(
        "segments: {a: {all: [{event: order}, {event: visit}]}, "
        "b: {none: [{not_event: visit}, {not_event: order}]}}",
        ["`a` and `b` are the same customers"],
        id="not one and not the other",
    ),
    pytest.param(
        "segments: {a: {event: order}, b: {event: order, within: 7d}}", [], id="another window"
    ),
    pytest.param("segments: {a: {event: order}, b: {segment: a}}", [], id="a second name"),
    pytest.param(
        "segments: {a: {attribute: plan, in: [free, pro]}, b: {attribute: plan, exists: true}, "
        "c: {any: [{attribute: plan, eq: free}, {attribute: plan, eq: pro}]}}",
        ["`a`, `b` and `c` are the same customers"],
        id="three of a kind are one finding",
    ),
    pytest.param(
        "segments: {a: {any: [{attribute: age, lt: 9}, {event: order}]}, "
        "b: {any: [{attribute: age, lt: 9}, {event: visit}]}}",
        [],
        id="different alternatives",
    ),
]


@pytest.mark.parametrize(("source", "expected"), DUPLICATES)
def test_segments_of_the_same_customers_are_found(findings, source, expected):
    assert [message for message, *_ in findings(duplicate_segments, BASE, source)] == expected


REDUNDANT = [
    pytest.param(
        "segments: {s: {any: [{event: order, within: 7d}, {event: order, within: 30d}]}}",
        ["{event: order, within: 7d}"],
        id="part of an alternative",
    ),
    pytest.param(
        "segments: {s: {all: [{event: order, within: 7d}, {event: order, within: 30d}]}}",
        ["{event: order, within: 30d}"],
        id="follows from another condition",
    ),
    pytest.param(
        "segments: {s: {all: [{event: order, within: 7d}, {event: visit, within: 30d}]}}",
        [],
        id="independent conditions",
    ),
    pytest.param(
        "segments: {s: {any: [{event: order}, {event: order}]}}",
        ["{event: order}"],
        id="said twice is found once",
    ),
    pytest.param(
        "segments: {s: {event: order, within: 7d}, t: {event: order}}",
        [],
        id="a part of another segment is normal",
    ),
    pytest.param(
        "segments: {s: {event: order, within: 7d}, t: {event: order}}\n"
        "broadcasts: {b: {audience: {include: [s, t]}, message: hello}}",
        ["s"],
        id="a part of what a mailing includes",
    ),
    pytest.param(
        "segments: {s: {event: order}, t: {not_event: order}}\n"
        "broadcasts: {b: {audience: {include: [s], exclude: [t]}, message: hello}}",
        ["t"],
        id="excludes those not included",
    ),
    pytest.param(
        "segments: {s: {event: order}, t: {not_event: order}}\n"
        "broadcasts: {b: {status: deprecated, audience: {include: [s], exclude: [t]}, "
        "message: hello}}",
        [],
        id="a mailing of the past",
    ),
    pytest.param(
        "segments: {t: {not_event: order}}\n"
        "broadcasts: {b: {audience: {include: [away], exclude: [t]}, message: hello}}",
        [],
        id="nothing is known of whom it includes",
    ),
]


@pytest.mark.parametrize(("source", "expected"), REDUNDANT)
def test_conditions_that_change_nothing_are_found(findings, source, expected):
    assert [place for _, place, _ in findings(redundant_condition, BASE, source)] == expected


DEAD = [
    pytest.param(
        "- branch: {cases: [{if: {trigger: total, gte: 1}, then: [{send: hello}]}, "
        "{if: {trigger: total, gte: 5}, then: [{send: hello}]}], else: []}",
        "",
        ["nobody takes this case: those before it take everybody it asks for"],
        id="a case shadowed by another",
    ),
    pytest.param(
        "- branch: {cases: [{if: {trigger: total, gte: 5}, then: [{send: hello}]}, "
        "{if: {trigger: total, gte: 1}, then: [{send: hello}]}], else: []}",
        "",
        [],
        id="the narrower case first",
    ),
    pytest.param(
        "- branch: {if: {event: order}, then: [{send: hello}], else: [{send: hello}]}",
        "",
        ["`else` never runs: the cases before it take everybody"],
        id="everybody has the event of the trigger",
    ),
    pytest.param(
        "- wait: 1d\n- branch: {if: {event: order, within: 1h}, then: [{send: hello}], "
        "else: [{send: hello}]}",
        "",
        [],
        id="not after a wait",
    ),
    pytest.param(
        "- wait: 1d\n- branch: {if: {attribute: country, eq: fr}, then: [{send: hello}]}",
        "{attribute: country, eq: de}",
        ["nobody takes this case"],
        id="a frozen attribute after a wait",
    ),
    pytest.param(
        "- wait: 40d\n- branch: {if: {attribute: country, eq: fr}, then: [{send: hello}]}",
        "{attribute: country, eq: de}",
        [],
        id="frozen no longer",
    ),
    pytest.param(
        "- wait: 1d\n- branch: {if: {attribute: plan, eq: pro}, then: [{send: hello}]}",
        "{attribute: plan, eq: free}",
        [],
        id="a volatile attribute after a wait",
    ),
    pytest.param(
        "- update: {set: {country: fr}}\n"
        "- branch: {if: {attribute: country, eq: fr}, then: [{send: hello}]}",
        "{attribute: country, eq: de}",
        [],
        id="an attribute that the chain itself changed",
    ),
    pytest.param(
        "- wait: 1d\n- {send: hello, only: {attribute: plan, eq: pro}}",
        "{attribute: plan, eq: free}",
        ["this is never sent: nobody who comes here passes its `only`"],
        id="an only against the audience, which is asked again",
    ),
    pytest.param(
        "- {send: hello, unless: {event: order}}",
        "",
        ["this is never sent: nobody who comes here passes its `unless`"],
        id="an unless for everybody",
    ),
    pytest.param(
        "- wait_for: {if: {all: [{list: l}, {not: {list: l}}]}, then: [{send: hello}]}",
        "",
        ["this arm can never come true"],
        id="an arm against itself",
    ),
    pytest.param(
        "- wait_for: {first_of: [{if: {event: order}, then: []}, {if: {event: order, where: "
        "{total: {gte: 9}}}, then: [{send: hello}]}]}",
        "",
        ["this arm never wins: whatever makes it true ends the wait before it"],
        id="an arm that an earlier one wins against",
    ),
    pytest.param(
        "- wait_for: {first_of: [{if: {event: order, where: {total: {gte: 9}}}, then: []}, "
        "{if: {event: order}, then: [{send: hello}]}, {if: {event: visit}, then: []}]}",
        "",
        [],
        id="an arm for all the others",
    ),
    pytest.param(
        "- {send: hello}\n- wait_for: {first_of: [{if: {message: hello, opened: true}, then: []}, "
        "{if: {message: hello, clicked: true}, then: [{send: hello}]}]}",
        "",
        ["this arm never wins: whatever makes it true ends the wait before it"],
        id="a click after an open of the same message",
    ),
    pytest.param(
        "- {send: hello}\n- wait_for: {first_of: [{if: {message: hello, clicked: true}, then: []}, "
        "{if: {message: hello, opened: true}, then: [{send: hello}]}]}",
        "",
        [],
        id="an open after a click of the same message",
    ),
    pytest.param(
        "- wait: 1d\n- wait_for: {first_of: [{if: {event: order, since: chain_start}, then: []}, "
        "{if: {event: order}, then: [{send: hello}]}]}",
        "",
        [],
        id="arms that look back further and less far",
    ),
    pytest.param(
        "- switch: {value: {attribute: country}, cases: {de: [{send: hello}], fr: []}}",
        "{attribute: country, eq: fr}",
        ["nobody takes the case `de`"],
        id="a case against the audience",
    ),
    pytest.param(
        "- id: again\n  wait: 1d\n- {send: hello, only: {trigger: total, gte: 1}}\n"
        "- jump: {to: again, max: 2}",
        "",
        [],
        id="a loop",
    ),
    pytest.param(
        "- {note: hello, only: {not_event: order}}",
        "",
        ["this step never runs: nobody who comes here passes its `only`"],
        id="a step that sends nothing",
    ),
    pytest.param(
        "- branch: {if: {all: [{list: l}, {not: {list: l}}]}, then: [{send: hello}]}",
        "",
        ["nobody takes this case"],
        id="a case against itself",
    ),
    pytest.param(
        "- branch: {if: {attribute: age, lt: 0}, then: [{send: hello}]}",
        "",
        [],
        id="one comparison against the declaration is told elsewhere",
    ),
    pytest.param(
        "- switch: {value: {attribute: country}, cases: {de: [{send: hello}], "
        "fr: [{send: hello}]}, default: [{send: hello}]}",
        "{attribute: country, exists: true}",
        ["`default` never runs: the cases take everybody"],
        id="a default for nobody",
    ),
    pytest.param(
        "- switch: {value: {attribute: country}, cases: {at: [{send: hello}]}}",
        "",
        [],
        id="a value that is not declared is told elsewhere",
    ),
    pytest.param(
        "- switch: {value: {trigger: gift}, cases: {'true': [{send: hello}]}, default: []}",
        "",
        [],
        id="a switch over what the event says",
    ),
    pytest.param(
        "- switch: {value: {locale: true}, cases: {de: [{send: hello}]}, default: []}",
        "",
        [],
        id="a switch over the language",
    ),
    pytest.param(
        "- wait: {between: {min: 1d, max: 2d}}\n- batch: {for: 1h, as: several, window: sliding}\n"
        "- branch: {if: {attribute: country, eq: fr}, then: [{send: hello}]}",
        "{attribute: country, eq: de}",
        [],
        id="after a batch that may last",
    ),
    pytest.param(
        "- wait: {between: {min: 1d, max: 2d}}\n"
        "- branch: {if: {attribute: country, eq: fr}, then: [{send: hello}]}",
        "{attribute: country, eq: de}",
        ["nobody takes this case"],
        id="after a wait of some days",
    ),
    pytest.param(
        "- {id: look, fetch: {feed: hits, as: hits}}\n"
        "- {send: hello, only: {step: look, outcome: success}}\n"
        "- {send: hello, only: {step: look, output: size, gt: 3}}",
        "",
        [],
        id="what a step came to",
    ),
    pytest.param(
        "- wait: 3d\n- {send: hello, only: {event: order, since: chain_start}}\n"
        "- {send: hello, only: {event: order, since: 2027-01-01}}",
        "",
        [],
        id="since the start and since a day",
    ),
    pytest.param(
        "- wait: 1d\n- branch: {if: {attribute: verified, eq: true}, then: [{send: hello}]}",
        "{not: {attribute: verified, eq: true}}",
        [],
        id="a missing value may become known",
    ),
    pytest.param(
        "- wait: 1d\n- branch: {if: {attribute: verified, eq: true}, then: [{send: hello}]}",
        "{attribute: verified, eq: false}",
        ["nobody takes this case"],
        id="a known value stays",
    ),
    pytest.param(
        "- branch: {if: {attribute: verified, exists: true}, then: [{send: hello}]}",
        "{attribute: verified, missing: true}",
        ["nobody takes this case"],
        id="a missing value, at once",
    ),
]


MORE = "lists: {l: {title: L}}\nfeeds: {hits: {url: https://shop.example/hits}}\n"


@pytest.mark.parametrize(("steps", "audience", "expected"), DEAD)
def test_ways_that_nobody_takes_are_found(findings, steps, audience, expected):
    source = chain(steps, audience) + MORE
    assert [message for message, *_ in findings(dead_branch, BASE, source)] == expected


def _large(*groups):
    """Return a segment with more alternatives than are gone through, and more conditions."""
    lists = {f"l{n}_{m}" for n in range(14) for m in range(2)}
    many = [f"any: [{{list: l{n}_0}}, {{list: l{n}_1}}]" for n in range(14)]
    parts = ", ".join(f"{{{one}}}" for one in (*many, *groups))
    declared = "\n".join(f"  {one}: {{title: L}}" for one in sorted(lists))
    return f"segments: {{s: {{all: [{parts}]}}}}\nlists:\n{declared}\n"


def test_the_solver_answers_what_boxes_cannot(findings):
    pytest.importorskip("z3")
    empty = "any: [{all: [{event: order}, {not_event: order}]}, {list: l0_0}]"
    never = "none: [{list: l0_0}]"
    assert findings(empty_segment, BASE, _large(empty)) == []
    found = findings(empty_segment, BASE, _large(empty, never))
    assert [message for message, *_ in found] == ["nobody can be in `s`"]


def test_the_solver_proves_that_nobody_can_be_in_a_segment(findings):
    """No two of the conditions exclude each other, and there are too many ways to try them all."""
    pytest.importorskip("z3")
    sides = [("list: l13_0", "list: l13_1")]
    pairs = [
        f"any: [{{{no}: [{{{one}}}]}}, {{{nor}: [{{{other}}}]}}]"
        for one, other in sides
        for no in ("all", "none")
        for nor in ("all", "none")
    ]
    assert findings(empty_segment, BASE, _large(*pairs[:3])) == []
    found = findings(empty_segment, BASE, _large(*pairs))
    assert [message for message, *_ in found] == ["nobody can be in `s`"]


def test_without_an_answer_it_is_said_that_nothing_is_known(findings, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "z3", None)
    found = findings(empty_segment, BASE, _large())
    assert [message for message, *_ in found] == ["it is not known whether anybody can be in `s`"]


def test_what_takes_too_much_work_is_not_called_the_same(findings, monkeypatch):
    source = (
        "segments: {s: {any: [{event: order}, {list: staff}]},"
        " t: {any: [{list: staff}, {event: order}]}}\nlists: {staff: {}}"
    )
    assert len(findings(duplicate_segments, BASE, source)) == 1
    monkeypatch.setattr("crmspec.logic.space._BOXES", 0)
    assert findings(duplicate_segments, BASE, source) == []


def test_chains_that_are_not_looked_into(findings):
    step = "- branch: {if: {attribute: country, eq: fr}, then: [{send: hello}]}"
    audience = "{attribute: country, eq: de}"
    source = chain(step, audience)
    assert len(findings(dead_branch, BASE, source)) == 1
    old = source.replace("c:\n", "c:\n    status: deprecated\n")
    assert findings(dead_branch, BASE, old) == []
    nobody = chain(step, "{all: [{event: visit}, {not_event: visit}]}")
    assert findings(dead_branch, BASE, nobody) == []


def test_what_a_proof_takes_for_granted():
    declared = """
    project: sample
    events: {order: {}}
    attributes:
      age: {type: integer, minimum: 0, maximum: 99, nullable: false, mutability: frozen}
    channels: {email: {type: email}}
    messages: {hello: {channel: email, category: service, subject: Hi, body: Hi}}
    chains:
      c:
        trigger: order
        audience: {any: [{attribute: age, gte: 30}, [{attribute: age, gte: 18}, {event: order}]]}
        steps:
          - wait: 1d
          - branch: {if: {attribute: age, lt: 9}, then: [{send: hello}]}
    """
    program = build(read("a.yaml", dedent(declared).encode()).documents)
    (found,) = dead_branch.check(Portfolio(program))
    assert [one.english() for one in found.evidence.assumptions] == [
        "`age` is at least 0",
        "`age` is at most 99",
        "`age` is never missing",
        "`age` does not change meanwhile: it is frozen",
    ]
