"""Which changes of a chain, a broadcast, a segment, a message may reach others than before."""

import re

import pytest

from crmspec.engine.change import Change, Kind, Risk
from crmspec.engine.difference import differences
from crmspec.engine.move import renamed_reach
from crmspec.engine.plan import make
from crmspec.engine.reach import Reaches, wider
from crmspec.engine.resource import Address, Desired, Remote, Resource
from crmspec.engine.state import Entry, State
from crmspec.source import Span
from tests.contract.project import program

SHOP = """
events: {order: {title: Order, properties: {total: {type: number}}}, visit: {title: Visit}}
attributes: {score: {title: Score, type: number}}
consents: {news: {title: News, channel: email}, tips: {title: Tips, channel: email}}
channels: {email: {type: email, consent: news}, sms: {type: sms}}
goals: {won: {title: Won, event: order}, seen: {title: Seen, event: visit}}
segments: {vip: {attribute: score, gte: 80}, rich: {event: order, count: {gte: 3}}}
messages:
  hello: {channel: email, category: service, subject: Hi, body: Hi}
  bye: {channel: email, category: service, subject: Bye, body: Bye}
frequency: {cap: {title: Cap, applies_to: {channels: [email]}, limits: ["2 per 7d"]}}
broadcasts:
  spring:
    title: Spring
    audience: {include: [vip, rich]}
    message: hello
    at: "2030-04-01T10:00"
    resend: {after: 1d, to: {message: hello, opened: false}, subject: Again}
chains:
  c:
    title: C
    trigger: [{event: order}, {segment: rich}]
    audience: {all: [{not: vip}, {attribute: score, gte: 10}]}
    recheck: entry
    reentry: after 30d
    exit: [visit]
    goal: [{goal: won, exits: true}, {goal: seen}]
    holdout: {percent: 10%}
    quiet_hours: {from: "22:00", to: "08:00"}
    steps:
      - {send: hello, title: First}
      - wait: 1h
      - branch:
          if: {attribute: score, gte: 50}
          then: [{send: bye, only: {attribute: score, lt: 90}}]
      - note: All is said
      - send: bye
"""
CHAIN = Address("chain", "c")
ALL = frozenset(
    Address(kind, id_)
    for kind, id_ in (
        ("segment", "vip"),
        ("segment", "rich"),
        ("message", "hello"),
        ("message", "bye"),
    )
)


def reached(text, address=CHAIN, own=ALL):
    return Reaches(program(text), own).of(address)


def edited(old, new, address=CHAIN, own=ALL, base=SHOP):
    assert old in base
    return wider(reached(base, address, own), reached(base.replace(old, new), address, own))


SECOND = "      - send: bye\n"
LETTER = "{send: bye, only: {attribute: score, lt: 90}}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("[{event: order}, {segment", "[{segment", (), id="a trigger less"),
        pytest.param(
            "[{event: order}", "[{event: order}, visit", ("trigger",), id="a trigger more"
        ),
        pytest.param(
            "{event: order}, {segment",
            "{event: order, where: {total: {gte: 9}}}, {segment",
            ("trigger",),
            id="another trigger",
        ),
        pytest.param("[{not: vip}", "[{not: vip}, rich", (), id="a condition more"),
        pytest.param("{not: vip}, {", "{", ("audience",), id="a condition less"),
        pytest.param("gte: 10}", "gte: 5}", ("audience",), id="another condition"),
        pytest.param(
            "{not: vip}, {attribute: score, gte: 10}",
            "{attribute: score, gte: 10}, {none: [vip]}",
            (),
            id="the same in other words",
        ),
        pytest.param("recheck: entry", "recheck: each_send", ("recheck",), id="asked again"),
        pytest.param("after 30d", "after 7d", ("reentry",), id="back sooner"),
        pytest.param("exit: [visit]", "exit: [visit, order]", (), id="an exit more"),
        pytest.param("exit: [visit]", "exit: []", ("exit",), id="an exit less"),
        pytest.param("exits: true}", "exits: false}", ("exit",), id="a goal that ends nothing"),
        pytest.param("Won, event: order", "Won, event: visit", ("exit",), id="another goal"),
        pytest.param("title: Won", "title: Bought", (), id="its name"),
        pytest.param(", {goal: seen}]", "]", (), id="a goal that is only measured"),
        pytest.param(
            "holdout: {percent: 10%}", "priority: 50", ("holdout",), id="nobody is held out"
        ),
        pytest.param(
            "holdout: {percent: 10%}",
            "holdout: {percent: 5%}",
            ("holdout",),
            id="fewer are held out",
        ),
        pytest.param("priority: 50", "holdout: {percent: 10%}", (), id="some are held out"),
        pytest.param("22:00", "23:00", ("quiet_hours",), id="a shorter night"),
        pytest.param("wait: 1h", "wait: 2h", ("steps",), id="another wait"),
        pytest.param("wait: 1h", "wait: 60m", (), id="the same wait"),
        pytest.param("gte: 50", "gte: 40", ("steps",), id="another way"),
        pytest.param(SECOND, "", (), id="a letter less"),
        pytest.param(SECOND, 2 * SECOND, ("send",), id="a letter more"),
        pytest.param("{send: hello, title", "{send: bye, title", ("send",), id="another letter"),
        pytest.param(
            f"[{LETTER}]\n",
            f"[]\n      - {LETTER}\n",
            ("send",),
            id="a letter out of its branch",
        ),
        pytest.param(SECOND, "      - {send: bye, unless: vip}\n", (), id="a letter with a guard"),
        pytest.param("lt: 90}", "lt: 95}", ("send",), id="another guard"),
        pytest.param(f"{LETTER}", "{send: bye}", ("send",), id="a guard less"),
        pytest.param("title: First", "title: 1", (), id="a title"),
        pytest.param("title: C\n", "title: D\n", (), id="its title"),
        pytest.param("note: All is", "note: Nothing is", (), id="a note"),
        pytest.param("subject: Hi", "subject: Hello", (), id="words"),
        pytest.param('["2 per 7d"]', '["3 per 7d"]', ("frequency",), id="another cap"),
        pytest.param("title: Cap", "title: Limit", (), id="the title of a cap"),
        pytest.param("channels: [email]", "channels: [sms]", ("frequency",), id="no cap"),
        pytest.param("channels: [sms]", "channels: [email]", (), id="a cap more"),
    ],
)
def test_chains(old, new, expected):
    base = SHOP
    for one, other in (
        ("holdout: {percent: 10%}", "priority: 50"),
        ("channels: [email]", "channels: [sms]"),
    ):
        base = base if old in base else SHOP.replace(one, other)
    assert edited(old, new, base=base) == expected


@pytest.mark.parametrize("asked", ["bye", "any", "{tag: promo}"])
def test_a_letter_that_is_asked_for_is_not_simply_left_out(asked):
    tags = SHOP.replace("segments: {vip", "tags: {promo: {title: Promo}}\nsegments: {vip")
    base = tags.replace("{attribute: score, gte: 50}", f"{{message: {asked}, opened: true}}")
    assert edited(SECOND, "", base=base) == ("steps",)
    other = tags.replace("{attribute: score, gte: 50}", "{message: hello, opened: true}")
    assert edited(SECOND, "", base=other) == ()


def test_a_letter_that_a_jump_leads_to_is_not_simply_left_out():
    named = SHOP.replace(SECOND, "      - {id: last, send: bye}\n")
    jumped = named.replace("- wait: 1h", "- {wait: 1h, id: pause}\n      - jump: {to: last}")
    assert "steps" in edited("{id: last, send: bye}", "{id: last, note: Bye}", base=jumped)
    assert edited("- {id: last, send: bye}", "- note: Bye", base=named) == ()


FOLDED = frozenset({Address("message", "bye")})


@pytest.mark.parametrize(
    ("old", "new", "own", "expected"),
    [
        pytest.param("gte: 80", "gte: 70", ALL, (), id="a segment with an object of its own"),
        pytest.param("gte: 80", "gte: 70", FOLDED, ("audience",), id="a segment inside"),
        pytest.param("gte: 3", "gte: 2", FOLDED, ("trigger",), id="the segment that starts it"),
        pytest.param("category: service, subject: Hi", "subject: Hi", ALL, ("send",), id="letters"),
        pytest.param("consent: news}, sms", "consent: tips}, sms", ALL, ("send",), id="consent"),
        pytest.param("subject: Hi", "subject: Hello", FOLDED, (), id="words"),
    ],
)
def test_what_has_no_object_is_part_of_what_uses_it(old, new, own, expected):
    assert edited(old, new, own=own) == expected


@pytest.mark.parametrize(
    ("address", "old", "new", "expected"),
    [
        pytest.param("segment.vip", "gte: 80", "gte: 70", ("condition",), id="a segment"),
        pytest.param("segment.vip", " vip: {", " vip: {title: VIP, ", (), id="its title"),
        pytest.param("message.hello", "subject: Hi", "subject: Hello", (), id="words"),
        pytest.param(
            "message.hello", "consent: news", "consent: tips", ("consent",), id="other consent"
        ),
        pytest.param("message.hello", ", consent: news", "", ("consent",), id="no consent"),
        pytest.param(
            "message.hello", "subject: Hi", "fallback: {when: vip}, subject: Hi", (), id="fallback"
        ),
        pytest.param(
            "message.hello", "category: service", "category: marketing", ("category",), id="kind"
        ),
        pytest.param(
            "attribute.score", "Score, type: number", "Points, type: number", (), id="data"
        ),
        pytest.param("broadcast.spring", "[vip, rich]", "[vip]", (), id="a segment less"),
        pytest.param(
            "broadcast.spring", "[vip, rich]", "[vip, rich, new]", ("include",), id="more"
        ),
        pytest.param(
            "broadcast.spring", "[vip, rich]}", "[vip, rich], exclude: [new]}", (), id="left out"
        ),
        pytest.param("broadcast.spring", "04-01T10", "04-01T11", ("at",), id="later"),
        pytest.param("broadcast.spring", "after: 1d", "after: 2d", ("resend",), id="again later"),
        pytest.param("broadcast.spring", "Again", "Once more", (), id="the words of it"),
        pytest.param(
            "broadcast.spring", "    message: hello", "    message: bye", ("message",), id="another"
        ),
        pytest.param("broadcast.spring", "title: Spring", "title: May", (), id="its name"),
        pytest.param(
            "broadcast.spring", '["2 per 7d"]', '["1 per 7d"]', ("frequency",), id="a cap"
        ),
    ],
)
def test_others(address, old, new, expected):
    base = SHOP.replace("segments: {vip", "segments: {new: {attribute: score, gte: 1}, vip")
    base = base.replace("  c:\n", "  one: {trigger: visit, steps: [{send: hello}]}\n  c:\n")
    own = ALL | {Address("segment", "new")}
    assert edited(old, new, Address.parse(address), own, base=base) == expected


def test_parts_of_a_chain_are_the_chain():
    assert reached(SHOP, Address("chain", "c__2")) == reached(SHOP)
    assert reached(SHOP, Address("chain", "d")) == {}
    assert reached(SHOP, Address("sheet", "c")) == {}


def test_what_was_not_known_before_may_be_anything():
    assert set(wider({}, reached(SHOP))) >= {"trigger", "steps"}


TAGGED = SHOP.replace("segments: {vip", "tags: {promo: {title: Promo}}\nsegments: {vip").replace(
    "{attribute: score, gte: 50}", "{message: {tag: promo}, opened: false}"
)
ONE = TAGGED.replace("bye: {channel: email,", "bye: {channel: email, tags: [promo],")


def test_what_bears_a_tag_is_part_of_a_question_for_it():
    assert wider(reached(ONE), reached(TAGGED)) == ("steps",)
    assert edited("tags: [promo]", "tags: []", base=ONE) == ("steps",)
    assert edited("tags: [promo]", "tags: [promo, promo]", base=ONE) == ()


WHERE = frozenset({CHAIN, Address("message", "hello"), Address("message", "bye")})


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        pytest.param(
            "type: number}}\ncons", "type: number, missing_as: 90}}\ncons", "missing_as", id="a"
        ),
        pytest.param(
            "type: number}}\ncons", "type: number, default: 90}}\ncons", "default", id="b"
        ),
        pytest.param("Score, ", "Score, missing_as: 0, ", "missing_as", id="nothing is 0"),
        pytest.param("Score, ", "Score, names: {main: points}, ", "names", id="another name"),
    ],
)
def test_what_an_attribute_means(old, new, keys):
    score = Address("attribute", "score")
    assert edited(old, new, score, own=WHERE | {score}) == (keys,)
    assert edited(old, new, own=WHERE | {score}) == ()
    assert set(edited(old, new, own=WHERE)) >= {"audience", "steps"}


def test_what_an_event_is_called_there():
    named = ("order: {title: Order,", "order: {title: Order, names: {main: bought},")
    assert edited(*named, Address("event", "order")) == ("names",)
    assert "trigger" in edited(*named)


def renamed(old, new, text=SHOP):
    """Return a project in which an id is another one everywhere."""
    return re.sub(rf"\b{old}\b", new, text)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        pytest.param("segment.vip", "gold", id="a segment"),
        pytest.param("message.hello", "welcome", id="a message"),
        pytest.param("message.bye", "a_bye", id="another message"),
        pytest.param("segment.rich", "big", id="what starts it"),
    ],
)
@pytest.mark.parametrize("of", ["chain.c", "broadcast.spring"])
def test_what_is_renamed_stays_what_it_is(address, name, of):
    kind, _, old = address.partition(".")
    before, at = reached(SHOP, Address.parse(of)), Address.parse(of)
    own = ALL | {Address(kind, name)}
    after = reached(renamed(old, name), at, own)
    same = renamed_reach(before, {address: f"{kind}.{name}"})
    assert wider(same, after) == wider(after, same) == ()
    if old in str(before):
        assert wider(before, after) != ()


def test_another_of_the_old_name_is_another():
    """`vip` became `gold`, and the chain asks for a new `vip` then."""
    gold = renamed("vip", "gold")
    noted = renamed_reach(reached(SHOP), {"segment.vip": "segment.gold"})
    again = gold.replace("{not: gold}", "{not: vip}").replace(
        "segments: {", "segments: {vip: {attribute: score, gte: 1}, "
    )
    assert wider(noted, reached(again, own=ALL | {Address("segment", "gold")})) == ("audience",)


def test_two_segments_that_change_places():
    text = SHOP.replace("{attribute: score, gte: 50}", "{all: [vip, {not: rich}]}")
    swapped = text.replace("{all: [vip, {not: rich}]}", "{all: [rich, {not: vip}]}")
    assert wider(reached(text), reached(swapped)) == ("steps",)


def test_who_is_drawn_follows_from_the_name_of_the_chain():
    held = reached(renamed("c", "d"), Address("chain", "d"))
    assert wider(reached(SHOP), held) == ("holdout",)
    assert held["holdout"] != reached(SHOP)["holdout"]
    salted = SHOP.replace("{percent: 10%}", "{percent: 10%, salt: s}")
    assert wider(reached(salted), reached(renamed("c", "d", salted), Address("chain", "d"))) == ()


LIVE, DRAFT = {"status": "live", "a": 1}, {"status": "draft", "a": 1}
BEFORE, AFTER = {"audience": ("a",)}, {"audience": ("b",)}


def change(kind=Kind.UPDATE, there=LIVE, wanted=LIVE, known=BEFORE, **settings):
    remote = Remote("1", "r", there)
    entry = None if known is None else Entry("1", "r", "f", there, "", reach=known)
    desired = Resource(CHAIN, wanted | {"a": 2}, (), Span("a.yaml", 0, 0))
    made = {"fields": differences(there, desired.body), "reach": AFTER} | settings
    return Change(kind=kind, address=CHAIN, desired=desired, remote=remote, entry=entry, **made)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(change(), ("audience",), id="what is live"),
        pytest.param(change(reach=BEFORE), (), id="the same"),
        pytest.param(change(there=DRAFT, wanted=DRAFT), (), id="a draft"),
        pytest.param(change(wanted={"status": "paused"}), (), id="it is paused by it"),
        pytest.param(change(Kind.ADOPT, known=None, reach={"at": ("b",)}), ("at",), id="unknown"),
        pytest.param(change(Kind.ADOPT, fields=()), (), id="it is only noted"),
        pytest.param(change(Kind.VERSION), ("audience",), id="a new version"),
        pytest.param(change(Kind.DELETE), (), id="it goes"),
        pytest.param(
            change(there={"a": 1}, wanted={"a": 2}, used=True), ("audience",), id="it is needed"
        ),
        pytest.param(change(there={"a": 1}, wanted={"a": 2}), (), id="nothing live needs it"),
        pytest.param(
            change(Kind.ADOPT, there={"a": 1}, wanted={}, used=True, fields=()), (), id="untouched"
        ),
    ],
)
def test_what_a_change_may_reach(made, expected):
    assert made.reaches == expected
    grave = bool(expected) or made.kind is Kind.DELETE
    assert (made.risk is Risk.IRREVERSIBLE) is grave


def test_what_something_live_needs_is_found():
    vip, hello = Address("segment", "vip"), Address("message", "hello")
    parts = [Resource(one, {"a": 1}, (), Span("a.yaml", 0, 0)) for one in (vip, hello)]
    chain = Resource(CHAIN, LIVE, (vip,), Span("a.yaml", 0, 0))
    there = {vip: Remote("2", "r", {"a": 0}), hello: Remote("3", "r", {"a": 0})}
    for body, used in ((LIVE, {vip}), (DRAFT, set())):
        plan = make(
            Desired((chain, *parts)),
            State(project="shop", target="t"),
            {**there, CHAIN: Remote("1", "r", body)},
            reach=lambda address: {"condition": (str(address),)},
        )
        assert {one.address for one in plan.changes if one.used} == used
        found = {one.address: one.reach for one in plan.changes}
        assert found[vip] == {"condition": ("segment.vip",)}
