"""What stays from one program to the next: marks, regions, and the space itself."""

import re

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.carry import Carried
from crmspec.logic.change import changes
from crmspec.source import Memory

BASE = """\
project: sample
channels: {email: {type: email}}
consents: {news: {channel: email}}
events:
  order: {properties: {total: {type: number}}}
  visit: {}
attributes:
  age: {type: integer}
  plan: {type: enum, values: [free, pro], mutability: frozen}
tags: {hot: {title: Hot}}
segments:
  adults: {attribute: age, gte: 18}
  rich: {all: [{segment: adults}, {event: order, count: {gte: 3}}]}
  fresh: {event: visit, within: 7d}
  idle: {attribute: plan, eq: free}
messages:
  a: {channel: email, subject: S, body: B, fallback: {when: {attribute: age, lt: 30}}}
  b: {channel: email, subject: S, body: B, tags: hot}
chains:
  to_rich:
    trigger: {event: visit}
    audience: {segment: rich}
    steps: [{send: a}]
  to_fresh:
    trigger: {event: order}
    audience: {segment: fresh}
    steps: [{wait: 1d}, {send: b}]
  to_pro:
    trigger: manual
    steps:
      - switch: {value: {attribute: plan}, cases: {pro: [{send: b}], free: [{send: b}]}}
  answered:
    trigger: {message: a, reaction: clicked}
    steps: [{send: b}]
personas: {anna: {segments: [adults]}}
"""


def program(text):
    return build(read("a.yaml", text.encode()).documents, memory=None)


def edited(old, new, base=BASE):
    text = re.sub(old, new, base, count=1)
    assert text != base
    return program(text)


def marks(carried):
    chains = {id_: carried.mark(id_) for id_ in ("to_rich", "to_fresh", "to_pro", "answered")}
    segments = {id_: carried.mark_of_segment(id_) for id_ in ("adults", "rich", "fresh", "idle")}
    return {**chains, **segments}


def followed(now):
    """Return what has got another mark in a program where all chains stay the same objects."""
    before = program(BASE)
    carried = Carried(before)
    for chain in before.chains.values():
        carried.space.entry(chain)
    old = marks(carried)
    if not carried.follow(same_objects(before, now), Memory()):
        return None
    return {name for name, mark in marks(carried).items() if mark is not old[name]}


def same_objects(before, now):
    """Return a program in which what is equal is the same object, as a session builds it."""
    for key in ("chains", "segments", "messages"):
        known, items = getattr(before, key), getattr(now, key)
        items.update({id_: known[id_] for id_, one in items.items() if known.get(id_) == one})
    return now


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("wait: 1d", "wait: 2d", {"to_fresh"}, id="a step"),
        pytest.param("gte: 18", "gte: 21", {"adults", "rich", "to_rich"}, id="a constant"),
        pytest.param(
            "count: {gte: 3}",
            "count: {gte: 4}",
            {"rich", "to_rich", "to_fresh"},
            id="a constant of an event that starts another chain",
        ),
        pytest.param("age, gte: 18", "age, lt: 18", {"adults", "rich", "to_rich"}, id="a sense"),
        pytest.param("within: 7d", "within: 8d", {"fresh", "to_fresh", "to_rich"}, id="a window"),
        pytest.param("eq: free", "eq: pro", {"idle", "to_pro"}, id="a value of a switch"),
        pytest.param("subject: S", "subject: T", {"to_rich", "answered"}, id="what a letter says"),
        pytest.param("personas", "x-personas", set(), id="what no analysis reads"),
        pytest.param("segment: fresh", "segment: idle", {"to_fresh"}, id="another segment"),
        pytest.param(
            r"trigger: manual",
            "trigger: manual\n    audience: {message: any, clicked: {gte: 2}}",
            {"to_pro", "answered"},
            id="a count of reactions where one starts a chain",
        ),
        pytest.param("type: integer", "type: number", None, id="an attribute"),
        pytest.param("tags: hot", "category: service", None, id="what rules go by in a message"),
        pytest.param("  b: {ch", "  c: {ch", None, id="a message that has gone"),
        pytest.param("  idle: ", "  lazy: ", {"idle"}, id="another name"),
    ],
)
def test_another_mark_stands_for_all_that_a_change_reaches(old, new, expected):
    assert followed(edited(old, new)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("wait: 1d", "wait: 2d", {"to_fresh"}, id="a step"),
        pytest.param("gte: 3", "gte: 4", {"to_rich"}, id="a constant moves the cells of others"),
        pytest.param("within: 7d", "within: 8d", {"to_fresh"}, id="a window moves them"),
        pytest.param("personas", "x-personas", set(), id="what no analysis reads"),
    ],
)
def test_what_is_written_in_a_chain_stays_while_cells_move(old, new, expected):
    before = program(BASE)
    carried = Carried(before)
    chains = list(before.chains)
    for chain in before.chains.values():
        carried.space.entry(chain)
    known = {id_: carried.written(id_) for id_ in chains}
    assert carried.follow(same_objects(before, edited(old, new)), Memory())
    assert {id_ for id_ in chains if carried.written(id_) is not known[id_]} == expected


def test_being_ready_beforehand_changes_no_mark():
    found = []
    for is_ready in (False, True):
        before = program(BASE)
        carried = Carried(before)
        old = marks(carried)
        if is_ready:
            carried.get_ready()
        now = same_objects(before, edited("count: {gte: 3}", "count: {gte: 4}"))
        assert carried.follow(now, Memory())
        found.append({name for name, mark in marks(carried).items() if mark is not old[name]})
    assert found[0] == found[1] == {"rich", "to_rich", "to_fresh"}


@pytest.mark.parametrize(
    ("extra", "follows"),
    [
        pytest.param("", True, id="nothing more"),
        pytest.param("goals: {g: {segment: adults}}", False, id="a goal asks for it"),
        pytest.param("goals: {g: {segment: idle}}", True, id="a goal asks for another"),
        pytest.param(
            "broadcasts: {m: {message: a, at: '2027-01-01 10:00', audience: {include: [rich]}}}",
            False,
            id="a mailing goes to those that it leads to",
        ),
    ],
)
def test_a_segment_is_followed_where_chains_alone_ask_for_it(extra, follows):
    before = program(BASE + extra + "\n")
    now = edited("gte: 18", "gte: 21", BASE + extra + "\n")
    found = changes(before, same_objects(before, now), Memory())
    assert (found is not None) == follows


def test_how_long_somebody_is_in_a_segment_needs_a_new_space():
    base = BASE.replace("{segment: fresh}", "{segment: rich, joined: {within: 2d}}")
    before, now = program(base), edited("gte: 18", "gte: 21", base)
    assert changes(before, same_objects(before, now), Memory()) is None


def test_a_followed_space_is_the_one_made_anew():
    before, now = program(BASE), edited("gte: 18", "gte: 21")
    carried = Carried(before)
    when = before.messages["a"].fallback.when
    assert carried.space.region(when, owner="message a").boxes
    for id_ in before.segments:
        assert carried.space.segment(id_).boxes
    carried.follow(same_objects(before, now), Memory())
    fresh = Carried(now).space
    again = carried.space.region(when, owner="message a")
    assert again.boxes == fresh.region(when, owner="message a").boxes
    for id_ in now.segments:
        assert carried.space.segment(id_).boxes == fresh.segment(id_).boxes
    assert list(carried.space.variables) == list(fresh.variables)
