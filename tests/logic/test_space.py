"""What follows from what: conditions of every kind, triggers, and questions about segments."""

import pytest

from crmspec.diagnostics import Verdict
from crmspec.document import read
from crmspec.ir import build
from crmspec.logic import segment
from crmspec.logic.box import Box
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.space import Space, UndecidedError
from crmspec.logic.variable import AttributeValue, EventCount

BASE = """\
project: sample
channels: {email: {type: email}, push: {type: mobile_push}}
consents: {news: {channel: email, topics: [tips]}}
events:
  order: {properties: {total: {type: number}, items: {type: array}}}
  visit: {properties: {cities: {type: array, items: {type: string, directory: cities}}}}
  late: {occurred_at: at, properties: {at: datetime}}
lists: {l: {title: L}}
tags: {promo: {title: Promo}}
objects: {pet: {properties: {kind: {type: enum, values: [cat, dog]}}}}
directories: {cities: {values: {msk: {title: Moscow, synonyms: [moskva]}, kzn: {title: Kazan}}}}
messages: {m: {channel: email, subject: S, body: B, tags: promo}}
attributes:
  city: {type: string, directory: cities}
  home: {type: geo}
  born: {type: date}
  name: {type: string}
  tags: {type: array, items: string}
  plan: {type: enum, values: [free, pro], mutability: frozen}
  flag: {type: boolean}
  seen: {type: array, items: string, directory: cities}
  safe: {type: number, default: 0, computed: {event: order, aggregate: sum, of: total}}
  last: {type: datetime, computed: {event: order, aggregate: last}}
  orders: {type: integer, computed: {event: order, aggregate: count}}
  paid: {type: number, computed: {event: order, aggregate: sum, of: total}}
"""


def portfolio(text):
    results = [read("a.yaml", BASE.encode()), read("b.yaml", text.encode())]
    assert not [one for result in results for one in result.diagnostics]
    return Portfolio(build(document for result in results for document in result.documents))


def two(one, other):
    return portfolio(f"segments:\n  a: {one}\n  b: {other}\n{MORE}")


FOLLOWS = [
    ("{attribute: orders, gte: 2}", "{event: order, count: {gt: 1}}"),
    ("{attribute: paid, gt: 0}", "{event: order}"),
    ("{event: order, sum: {property: total, gt: 5}, within: 7d}", "{event: order, within: 30d}"),
    ("{last_event: order, older_than: 30d}", "{not_event: order, within: 7d}"),
    ("{last_event: order, within: 7d, on_day: 2027-01-01}", "{event: order}"),
    ("{first_event: order, older_than: 30d}", "{event: order}"),
    ("{first_event: order, on_day: 2027-01-01}", "{event: order}"),
    ("{first_event: order, within: 7d}", "{event: order, within: 7d}"),
    ("{sequence: [{event: order}, {event: visit}], within: 7d}", "{event: visit, within: 7d}"),
    ("{event: order, within: 27d}", "{event: order, within: 1mo}"),
    ("{event: order, between_ago: [2d, 5d]}", "{event: order, within: 7d}"),
    ("{event: order, since: 2027-02-01}", "{event: order, since: 2027-01-01}"),
    ("{attribute: city, eq: moskva}", "{attribute: city, in: [msk, kzn]}"),
    ("{attribute: name, starts_with: Annabel}", "{attribute: name, contains: anna}"),
    ("{attribute: name, eq: Anna}", "{attribute: name, starts_with: an}"),
    ("{attribute: name, eq: Anna, case: sensitive}", "{attribute: name, exists: true}"),
    ("{attribute: name, matches: x}", "{attribute: name, exists: true}"),
    ("{attribute: tags, contains: a}", "{attribute: tags, contains_any: [a, b]}"),
    ("{attribute: tags, length: {gte: 3}}", "{attribute: tags, length: {gte: 2}}"),
    ("{attribute: tags, length: {neq: 3}}", "{attribute: tags, exists: true}"),
    ("{attribute: born, within_last: 7d}", "{attribute: born, within_last: 1mo}"),
    ("{attribute: born, older_than: 2mo}", "{attribute: born, older_than: 30d}"),
    ("{attribute: born, within_next: 7d}", "{attribute: born, exists: true}"),
    (
        "{attribute: born, between: [2027-01-05, 2027-01-06]}",
        "{attribute: born, after: 2027-01-01}",
    ),
    ("{attribute: born, anniversary: today}", "{attribute: born, exists: true}"),
    ("{attribute: born, within_last: 1mo 2d}", "{attribute: born, exists: true}"),
    ("{attribute: plan, has_been: {eq: pro, for: 7d}}", "{attribute: plan, eq: pro}"),
    ("{attribute: plan, eq: pro, missing_as: true}", "{attribute: plan, neq: free}"),
    (
        "{all: [{attribute: plan, eq: pro}, {attribute: plan, changed: {to: {eq: pro}}}]}",
        "{attribute: plan, changed: {to: {eq: pro}}}",
    ),
    ("{segment: b, joined: {within: 7d}}", "{event: visit}"),
    ("{list: l, joined: {older_than: 30d}}", "{list: l}"),
    ("{list: l, joined: {within: 1mo 2d}}", "{list: l}"),
    ("{consent: news, is: opted_in, method: [form], changed: {within: 7d}}", "{consent: news}"),
    ("{reachable: email}", "{not: {suppressed: email}}"),
    ("{suppressed: email, reason: complaint}", "{suppressed: email}"),
    ("{message: m, clicked: true, within: 7d}", "{message: m, opened: true, within: 30d}"),
    ("{message: m, clicked: {gte: 2}}", "{message: any, channel: email, opened: {gte: 1}}"),
    ("{message: m, opened: true}", "{message: {tag: promo}, opened: true}"),
    ("{message: m, opened: true, within: 7d}", "{channel: email, received: {gte: 1}}"),
    ("{message: m, opened: false}", "{message: m, clicked: false}"),
    ("{in_chain: c, is: false}", "{not: {in_chain: c}}"),
    ("{experiment: e, variant: x}", "{not: {experiment: e, variant: y}}"),
    ("{geo: {country: [DE], city: [Berlin]}}", "{geo: {city: [berlin, Bonn]}}"),
    ("{geo: {near: [1, 2], radius: 5km, country: [DE]}}", "{geo: {country: [de]}}"),
    ("{geo: {city: [x], of_attribute: city}}", "{geo: {city: [x], of_attribute: city}}"),
    (
        "{device: {os: {eq: ios}, push_enabled: true}}",
        "{device: {os: {eq: ios}, push_enabled: true}}",
    ),
    ("{device: {os: {eq: ios}, browser: {eq: x}}}", "{device: {os: {eq: ios}}}"),
    (
        "{related: pet, where: {kind: cat}, count: {gte: 2}}",
        "{related: pet, where: {kind: {neq: dog}}}",
    ),
    ("{rfm: {recency: [4], over: 1y, event: order}}", "{event: order, within: 1y}"),
    ("{rfm: {recency: [4, 5], frequency: [5], over: 1y}}", "{rfm: {recency: [3, 4, 5], over: 1y}}"),
    ("{random: 10%, salt: x}", "{random: 20%, salt: x}"),
    (
        "{now: {weekday: [mon, tue], time: {from: '10:00', to: '12:00'}}}",
        "{now: {working_day: true, time: {from: '09:00', to: '18:00'}}}",
    ),
    ("{now: {time: {from: '23:00', to: '01:00'}}}", "{now: {time: {from: '22:00', to: '02:00'}}}"),
    ("{now: {working_day: false}}", "{now: {weekday: [sat, sun]}}"),
    ("{now: {date: {from: 2027-01-05, to: 2027-01-06}}}", "{now: {date: {from: 2027-01-01}}}"),
    ("{raw: {braze: x}}", "{raw: {braze: x}}"),
    ("{event: order, where: {items.price: {gt: 5}}}", "{event: order}"),
    (
        "{event: order, where: {total: {gt: 5}}, within: 7d}",
        "{event: order, where: {total: {gte: 2}}}",
    ),
    ("{event: order, where: {total: {eq: '{{ profile.name }}'}}}", "{event: order}"),
    ("{attribute: name, eq: '{{ profile.city }}'}", "{attribute: name, exists: true}"),
    ("{event: order, max: {property: total, gt: 5}}", "{event: order}"),
    ("{event: order, min: {property: total, eq: '2027'}}", "{event: order}"),
    ("{attribute: flag, eq: x}", "{attribute: flag, exists: true}"),
    ("{attribute: plan, starts_with: p}", "{attribute: plan, starts_with: p}"),
    ("{attribute: plan, neq: 5}", "{attribute: plan, neq: 5}"),
    ("{attribute: nobody, eq: 5}", "{attribute: nobody, exists: true}"),
    ("{attribute: tags, eq: [a]}", "{attribute: tags, exists: true}"),
    ("{attribute: tags, contains: '{{ profile.name }}'}", "{attribute: tags, exists: true}"),
    ("{attribute: tags, contains: 5}", "{attribute: tags, exists: true}"),
    ("{attribute: tags, length: {in: [1]}}", "{attribute: tags, length: {in: [1]}}"),
    ("{attribute: seen, contains: moskva}", "{attribute: seen, contains_any: [msk]}"),
    ("{attribute: born, after: '{{ profile.last }}'}", "{attribute: born, exists: true}"),
    ("{attribute: born, within_last: soon}", "{attribute: born, exists: true}"),
    ("{attribute: safe, gt: 1}", "{attribute: safe, exists: true}"),
    ("{attribute: last, on_day: 2027-01-05}", "{attribute: last, on_day: 2027-01-05}"),
    ("{attribute: name, starts_with: anna}", "{not: {attribute: name, starts_with: bob}}"),
    ("{event: order, count: {contains: x}}", "{event: order, count: {contains: x}}"),
    ("{event: visit, where: {cities: {contains: moskva}}}", "{event: visit}"),
    ("{message: m, clicked: true, link: a}", "{message: m, clicked: true}"),
    ("{now: {date: {to: 2027-01-06}}}", "{now: {date: {to: 2027-01-09}}}"),
    ("{not: {not: {event: order}}}", "{event: order}"),
]
APART = [
    ("{event: order, within: 1mo}", "{event: order, within: 28d}"),
    ("{attribute: city, eq: msk}", "{attribute: city, eq: kzn}"),
    ("{event: order, within: 30d}", "{event: order, where: {total: {gte: 2}}, within: 30d}"),
    ("{attribute: name, contains: anna}", "{attribute: name, starts_with: anna}"),
    ("{consent: news}", "{consent: news, topic: tips}"),
    (
        "{channel: email, opened: {gte: 1}, within: 7d}",
        "{channel: email, received: {gte: 1}, within: 7d}",
    ),
    ("{attribute: last, within_last: 7d}", "{attribute: last, within_last: 6d}"),
    ("{device: {os: {eq: ios}}}", "{device: {os: {eq: ios}, browser: {eq: x}}}"),
    ("{event: order}", "{raw: {braze: x}}"),
    ("{message: m, clicked: true}", "{message: m, clicked: true, link: a}"),
    ("{attribute: tags, exists: true}", "{attribute: tags, contains_all: []}"),
]
MORE = "experiments: {e: {variants: {x: {weight: 50}, y: {weight: 50}}}}\n"


@pytest.mark.parametrize(("one", "other"), [pytest.param(*p, id=" => ".join(p)) for p in FOLLOWS])
def test_one_condition_follows_from_another(one, other):
    found = two(one, other) if "segment: b" not in one else two(one, "{event: visit}")
    assert segment.implies(found, "a", "b").holds
    assert not found.space.segment("a").is_empty


@pytest.mark.parametrize(("one", "other"), [pytest.param(*p, id=" / ".join(p)) for p in APART[:-1]])
def test_one_condition_does_not_follow_from_another(one, other):
    found = segment.implies(two(one, other), "a", "b")
    assert found.verdict is Verdict.VIOLATED
    assert found.example is not None


def test_the_questions_about_two_segments():
    made = two("{event: order, count: {gte: 2}}", "{not: {event: order, count: {lt: 2}}}")
    assert segment.equivalent(made, "a", "b").holds
    assert segment.disjoint(made, "a", "b").verdict is Verdict.VIOLATED
    made = two("{event: order}", "{not_event: order}")
    assert segment.disjoint(made, "a", "b").holds
    assert segment.equivalent(made, "a", "b").verdict is Verdict.VIOLATED
    assert [place.path for place in segment.disjoint(made, "a", "b").places] == ["b.yaml"] * 2


ENTRIES = [
    ("order", "{event: order, within: 1h}"),
    (
        "{event: order, where: {total: {gte: 9}}}",
        "{event: order, where: {total: {gt: 5}}, within: 7d}",
    ),
    ("late", "{event: late}"),
    ("{no_event: visit, for: 30d, after: order}", "{not_event: visit, within: 7d}"),
    (
        "{no_event: visit, for: 30d, after: order}",
        "{all: [{event: order}, {not_event: order, within: 9d}]}",
    ),
    ("{segment: s}", "{event: order}"),
    ("{segment: s, transition: left}", "{not_event: order}"),
    ("{list: l}", "{list: l}"),
    ("{list: l, transition: left}", "{not: {list: l}}"),
    ("{attribute: plan, to: {eq: pro}}", "{attribute: plan, eq: pro}"),
    ("{date: born}", "{attribute: born, exists: true}"),
    ("{message: m, reaction: clicked}", "{message: {tag: promo}, opened: true, within: 1d}"),
    ("{chain: other}", "{in_chain: other, state: completed}"),
    ("{object: pet, change: created, where: {kind: cat}}", "{related: pet}"),
]
NOTHING = [
    ("late", "{event: late, within: 1h}"),
    ("{chain: other, state: entered}", "{in_chain: other}"),
    ("{object: pet, change: deleted}", "{related: pet}"),
    ("{manual: true}", "{event: order}"),
    ("order", "{event: order, where: {total: {gt: 5}}}"),
]


def entered(trigger, condition):
    made = portfolio(
        f"segments:\n  s: {{event: order}}\n  wanted: {condition}\n"
        f"chains:\n  other: {{trigger: visit, steps: [{{send: m}}]}}\n"
        f"  c: {{trigger: {trigger}, exit: [visit], steps: [{{send: m}}]}}\n"
    )
    (region,) = made.space.entry(made.program.chains["c"])
    assert not region.is_empty
    return made.space.implies(region, made.space.segment("wanted")) is None


@pytest.mark.parametrize(("trigger", "condition"), ENTRIES)
def test_a_trigger_says_what_has_happened(trigger, condition):
    assert entered(trigger, condition)


@pytest.mark.parametrize(("trigger", "condition"), NOTHING)
def test_a_trigger_says_no_more_than_that(trigger, condition):
    assert not entered(trigger, condition)


def test_a_sample_lies_in_its_cells():
    made = two("{attribute: orders, between: [3, 8]}", "{attribute: plan, neq: free}")
    space = made.space
    (box,) = space.segment("a").boxes
    count = EventCount("order")
    assert space.sample(count, box[count]) == 3
    plan = AttributeValue("plan", "frozen")
    assert space.sample(plan, space.grid(plan).mask("eq", "pro")) == "pro"
    assert space.sample(plan, 1) is None


def test_the_parts_that_exclude_each_other_are_named():
    made = two("{all: [{event: visit}, {event: order}, {not_event: order}]}", "{event: visit}")
    found = made.space.why_empty(made.program.segments["a"].condition)
    assert [type(one).__name__ for one in found] == ["EventHappened", "EventMissing"]
    assert made.space.why_empty(made.program.segments["b"].condition) == ()


def test_the_parts_of_a_double_negation_are_named():
    never = "{all: [{not: {not: {event: order}}}, {not_event: order}]}"
    made = two(never, "{event: visit}")
    found = made.space.why_empty(made.program.segments["a"].condition)
    assert [type(one).__name__ for one in found] == ["EventHappened", "EventMissing"]


def test_holidays_are_no_working_days():
    made = two("{now: {working_day: true}}", "{now: {weekday: [mon, tue, wed, thu, fri]}}")
    assert segment.implies(made, "a", "b").holds
    sources = BASE.replace("project: sample", "project: sample\nregion: RU")
    segments = "segments: {a: {now: {working_day: true}}, b: {now: {weekday: [mon]}}}"
    results = [read("a.yaml", sources.encode()), read("b.yaml", segments.encode())]
    there = Portfolio(build(document for result in results for document in result.documents))
    assert segment.implies(there, "b", "a").verdict is Verdict.VIOLATED


def test_conditions_of_messages_and_mailings_are_known():
    made = portfolio(
        "messages: {n: {channel: email, subject: S, body: B, "
        "fallback: {when: {event: visit, within: 3d}, then: skip}}}\n"
        "segments: {a: {event: visit, within: 9d}}\n"
        "broadcasts: {b: {audience: {include: [a]}, message: m, "
        "resend: {after: 2d, to: {event: visit, within: 5d}}}}\n"
    )
    windows = {one.window for one in made.space.counts("visit")}
    assert windows >= {3 * 1440, 5 * 1440, 9 * 1440}
    extra = made.program.segments["a"].condition
    assert Space(made.program, [extra]).region(extra).exact


MANY = 14


def many(*parts):
    """Return a condition with more alternatives than are gone through."""
    groups = [f"{{any: [{{list: x{n}}}, {{list: y{n}}}]}}" for n in range(MANY)]
    return "{all: [" + ", ".join((*groups, *parts)) + "]}"


def test_the_solver_answers_questions_about_large_segments():
    pytest.importorskip("z3")
    made = two(many("{event: order}"), many())
    assert segment.implies(made, "a", "b").holds
    assert segment.implies(made, "b", "a").verdict is Verdict.VIOLATED
    assert segment.equivalent(made, "a", "b").verdict is Verdict.VIOLATED
    assert segment.disjoint(made, "a", "b").verdict is Verdict.VIOLATED
    made = two(many("{event: order}"), many("{not_event: order}"))
    assert segment.disjoint(made, "a", "b").holds
    made = two(many("{event: order}"), many("{event: order, count: {gte: 1}}"))
    assert segment.equivalent(made, "a", "b").holds
    assert not made.space.segment("a").exact
    assert made.space.implies(made.space.segment("a"), made.space.segment("b")) == Box({}, {})


def test_what_takes_too_much_work_is_not_proved(monkeypatch):
    made = two("{any: [{list: l}, {event: order}]}", "{any: [{event: visit}, {list: l}]}")
    monkeypatch.setattr("crmspec.logic.space._BOXES", 0)
    regions = made.space.segment("a"), made.space.segment("b")
    assert made.space.implies(*regions) == Box({}, {})


def test_what_is_too_much_for_one_side_is_not_decided():
    made = two(many("{event: order}"), "{event: visit}")
    with pytest.raises(UndecidedError):
        made.space.decide(made.space.segment("a"), made.space.segment("b"))


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        pytest.param("{all: [%s]}", 2**9, id="nine choices of two"),
        pytest.param("{any: [{all: [%s]}, {list: x0}]}", 2**8 + 1, id="or one of the first"),
    ],
)
def test_a_region_of_many_boxes_is_exact(condition, count):
    groups = ", ".join(f"{{any: [{{list: x{n}}}, {{list: y{n}}}]}}" for n in range(9))
    region = two(condition % groups, "{event: visit}").space.segment("a")
    assert region.exact
    assert len(region.boxes) >= count


def test_two_long_choices_are_too_many_boxes():
    long = ["{any: [" + ", ".join(f"{{list: {x}{n}}}" for n in range(300)) + "]}" for x in "xy"]
    assert not two(f"{{all: [{', '.join(long)}]}}", "{event: visit}").space.segment("a").exact


def test_a_box_is_a_mapping():
    made = two("{event: order}", "{event: visit}")
    (box,) = made.space.segment("a").boxes
    count = EventCount("order")
    assert count in box
    assert EventCount("visit") not in box
    assert list(box) == [one for one, _ in box.items()]
    assert len(box) == len(list(box))
    assert box.get(EventCount("visit")) is None
    assert box == Box(box.own, dict(box.items()))
    assert hash(box) == hash(Box(box.own, dict(box.items())))
    assert box != dict(box.items())
    assert repr(box).startswith("Box(")


def test_a_filter_that_is_not_known_is_in_none():
    made = two("{event: order, where: {total: {gte: 5}}}", "{event: visit}")
    assert not made.space.filter_within(("event", "order"), "unheard", "of")
    assert not made.space.filter_within(("event", "nothing"), "unheard", "of")


@pytest.mark.parametrize(
    "condition",
    [
        "{all: [{attribute: name, eq: Anna}, {attribute: name, starts_with: An, case: sensitive}]}",
        "{all: [{attribute: name, eq: An}, {attribute: name, contains: N, case: sensitive}]}",
        "{all: [{attribute: name, eq: An}, {attribute: name, starts_with: '{{ profile.city }}'}]}",
        "{all: [{attribute: city, eq: msk}, {attribute: city, starts_with: m}]}",
    ],
)
def test_what_is_not_looked_into_excludes_nothing(condition):
    assert not two(condition, "{event: visit}").space.segment("a").is_empty


@pytest.mark.parametrize(
    ("condition", "promise"),
    [
        pytest.param("{attribute: plan, matches: p.*}", "frozen", id="like the value"),
        pytest.param("{attribute: plan, starts_with: '{{ profile.name }}'}", "derived", id="moved"),
        pytest.param("{attribute: plan, anniversary: today}", "derived", id="with the time"),
    ],
)
def test_how_long_a_hidden_test_stays_true(condition, promise):
    made = two(condition, "{event: visit}")
    (variable,) = (one for one in made.space.segment("a").boxes[0].own)
    assert variable.mutability == promise
