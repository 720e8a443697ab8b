"""Conditions in the forms of targets mean what they meant, also where values are missing."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crmspec.ir import walk
from crmspec.ir.condition import CONDITIONS, All, Any, AttributeIs, InSegment, Not, Nothing
from crmspec.lower.capability import Limits, Support
from crmspec.lower.finding import findings
from crmspec.lower.lowering import lower
from crmspec.lower.negation import nnf
from crmspec.semantics.condition import holds
from tests.logic import customers
from tests.lower.table import TARGET, by, table

LOGICS = ("cnf", "dnf", "all", "any")
INNER = (All, Any, Not, Nothing)


def is_leaf(node, *, no=True):
    if isinstance(node, Not):
        return no and is_leaf(node.not_, no=False)
    return not isinstance(node, INNER)


def fits(condition, logic):
    match logic:
        case "cnf":
            return all(
                is_leaf(one) or (isinstance(one, Any) and all(map(is_leaf, one.any)))
                for one in condition.all
            )
        case "dnf":
            return all(
                is_leaf(one) or (isinstance(one, All) and all(map(is_leaf, one.all)))
                for one in condition.any
            )
        case "all":
            return all(map(is_leaf, condition.all))
    return not any(
        isinstance(node, Nothing) or (isinstance(node, Not) and not is_leaf(node))
        for node in walk(condition)
    )


def leaves(condition):
    return sum(isinstance(n, CONDITIONS) and not isinstance(n, INNER) for n in walk(condition))


def lowered(made, **settings_):
    return lower(made, table({("condition", "none"): by("nnf")}, **settings_), TARGET)


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(LOGICS), st.sampled_from([3, 8, 64]))
def test_every_form_means_the_same(seed, logic, terms):
    chance = random.Random(seed)
    made = customers.program([customers.condition(chance, 4) for _ in range(3)])
    limits = Limits(terms=terms) if logic != "any" else Limits()
    done = lowered(made, logic=logic, inline=logic, limits=limits)
    lost = {one.key.id for one in done.outcomes if one.support is Support.NONE}
    assert not lost or logic == "all"
    for id_, segment in done.program.segments.items():
        if id_ not in lost:
            assert fits(segment.condition, logic)
            assert logic == "any" or leaves(segment.condition) <= terms
    for _ in range(12):
        before = customers.customer(chance, made)
        after = replace(before, program=done.program)
        for id_, segment in made.segments.items():
            now = done.program.segments[id_].condition
            owner = replace(before, owner=f"segment {id_}"), replace(after, owner=f"segment {id_}")
            assert holds(segment.condition, owner[0]) is holds(now, owner[1])


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_the_opposite_is_true_where_the_condition_is_not(seed):
    chance = random.Random(seed)
    made = customers.program([customers.condition(chance, 2) for _ in range(4)])
    views = [customers.customer(chance, made) for _ in range(12)]
    for segment in made.segments.values():
        for attributes in (None, made.attributes):
            other = nnf(segment.condition, attributes, no=True)
            assert fits(other, "any")
            for view in views:
                assert holds(other, view) is not holds(segment.condition, view)


def one(data, **settings_):
    made = customers.program([data])
    return lowered(made, **settings_).program.segments["s0"].condition


def plus(number):
    return {"attribute": "score", "gte": number}


@pytest.mark.parametrize(
    ("data", "operator", "missing_as"),
    [
        pytest.param({"eq": 3}, "neq", None, id="the opposite operator takes what is missing"),
        pytest.param({"exists": True}, "missing", None, id="existence"),
        pytest.param({"eq": 3, "missing_as": True}, "neq", False, id="a result for missing"),
    ],
)
def test_leaves_with_an_opposite_need_no_not(data, operator, missing_as):
    leaf = nnf(one({"not": {"attribute": "score", **data}}))
    assert isinstance(leaf, AttributeIs)
    assert (leaf.tests[0].operator, leaf.missing_as) == (operator, missing_as)


def test_lt_is_not_the_opposite_of_gte():
    made = customers.program([{"not": plus(3)}])
    leaf = nnf(made.segments["s0"].condition)
    assert isinstance(leaf, Not)
    turned = nnf(made.segments["s0"].condition, made.attributes)
    assert (turned.tests[0].operator, turned.missing_as) == ("lt", True)


def test_too_many_leaves_become_a_segment():
    pairs = [{"all": [plus(n), {"attribute": "city", "eq": f"c{n}"}]} for n in range(8)]
    made = customers.program([{"any": pairs}])
    done = lowered(made, logic="cnf")
    extra = [id_ for id_ in done.program.segments if id_.startswith("crmspec__")]
    assert extra
    assert all(len(id_) == len("crmspec__") + 12 for id_ in extra)
    assert {one.element for one in done.outcomes if one.family == "logic"} == {"cnf", "segment"}
    again = lowered(made, logic="cnf")
    assert [*again.program.segments] == [*done.program.segments]
    small = lowered(customers.program([{"any": pairs[:2]}]), logic="cnf")
    assert [*small.program.segments] == ["s0"]


def test_what_follows_from_less_is_left_out():
    found = one({"all": [plus(1), {"any": [plus(1), plus(2)]}, plus(1)]}, logic="cnf")
    assert len(found.all) == 1


CHAIN = """
events: {order: {title: Order, properties: {total: {type: number}}}}
channels: {email: {type: email}}
messages: {hello: {channel: email, category: transactional, subject: Hi, body: Hi}}
attributes: {score: {type: number}}
segments: {vip: {attribute: score, gte: 5}}
chains:
  c:
    trigger: order
    audience: AUDIENCE
    steps:
      - {id: first, send: hello}
      - branch: {if: ASKED, then: [{exit: done}]}
      - {wait_for: {if: WAITED, timeout: 1d, then: [{send: hello, only: vip}]}}
"""


def chain(asked="vip", audience="vip", waited="vip", taken=(), **settings_):
    from tests.contract.project import program

    text = CHAIN.replace("ASKED", asked).replace("AUDIENCE", audience).replace("WAITED", waited)
    return lower(program(text), table(taken, **settings_), TARGET)


def told(done):
    return [(one.element, one.support.value) for one in done.outcomes if one.family == "logic"]


def test_where_only_segments_are_taken():
    both = "{all: [vip, {attribute: score, lt: 9}]}"
    done = chain(both, both, both, inline="segments")
    found = done.program.chains["c"]
    branch, race = found.steps[1].branch.cases[0].if_, found.steps[2].wait_for.first_of[0]
    assert found.audience == branch == race.if_
    assert isinstance(branch, InSegment)
    assert race.then[0].only == InSegment(
        segment=branch.segment.__class__(kind="segment", id="vip")
    )
    assert branch.segment.id in done.program.segments
    assert told(done) == [("segment", "lowered"), ("segments", "lowered")] * 3
    assert told(chain(inline="segments")) == []


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("{trigger: total, gte: 5}", id="the trigger"),
        pytest.param("{step: first, outcome: sent}", id="a step"),
        pytest.param("{message: hello, opened: true}", id="sends of this passage"),
        pytest.param("{event: order, since: chain_start}", id="since the start"),
        pytest.param('{attribute: score, eq: "{{ event.total }}"}', id="a value of the trigger"),
    ],
)
def test_what_asks_about_the_passage_does_not_go_into_a_segment(asked):
    done = chain(asked, inline="segments")
    assert told(done) == [("terms", "none")]
    assert done.survey.absent
    assert (
        done.program.chains["c"].steps[1].branch.cases[0].if_
        == chain(asked).program.chains["c"].steps[1].branch.cases[0].if_
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param("{message: hello, opened: true}", [], id="sends of this passage"),
        pytest.param("{segment: vip}", [], id="a segment"),
        pytest.param(
            "{attribute: score, gte: 3}",
            [("segment", "lowered"), ("single", "lowered")],
            id="what a segment can stand for",
        ),
        pytest.param(
            "{all: [{message: hello, opened: true}, {segment: vip}]}",
            [("terms", "none")],
            id="several together",
        ),
        pytest.param(
            "{not: {message: hello, opened: true}}", [("single", "lowered")], id="a negation"
        ),
    ],
)
def test_a_single_question_about_the_passage_may_stand_alone(asked, expected):
    assert told(chain(asked, inline="single")) == expected


@pytest.mark.parametrize(
    ("waited", "lost"),
    [
        pytest.param("{event: order}", True, id="events before the wait do not count"),
        pytest.param("{attribute: score, gte: 3}", False, id="state does"),
    ],
)
def test_a_race_counts_only_what_comes_later(waited, lost):
    assert (("terms", "none") in told(chain(waited=waited, inline="segments"))) is lost


def test_what_nobody_uses_any_more_is_not_made():
    both = "{all: [vip, {attribute: score, lt: 9}]}"
    kept = chain(both, waited=both, inline="segments")
    assert sum(key.id.startswith("crmspec__") for key in kept.survey.wanted) == 1
    lost = chain(both, waited="{event: order}", inline="segments")
    assert lost.survey.absent
    assert not any(key.id.startswith("crmspec__") for key in lost.survey.wanted)


def test_why_is_told_where_a_segment_that_was_made_cannot_be_had():
    lacking = {("condition", "event"): "none"}
    survey = chain("{all: [vip, {event: order}]}", taken=lacking, inline="segments").survey
    assert not any(key.id.startswith("crmspec__") for key in survey.wanted)
    (told,) = findings(survey, table(lacking))
    assert "no `event` condition" in told.message.english()
    assert told.label.span == survey.absent["chain", "c"].span
