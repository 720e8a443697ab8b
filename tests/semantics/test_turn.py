"""The next change by time alone: semantics 3.7; never late, by asking every minute."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.ir import condition as ir
from crmspec.ir import trait
from crmspec.ir.channel import Consent
from crmspec.ir.data import Attribute, Computed
from crmspec.ir.program import Program
from crmspec.ir.scalar import parse_duration
from crmspec.ir.value import Duration, Name, PropertyTest, Ref, Test, TimeOfDay
from crmspec.semantics import clock
from crmspec.semantics.condition import View, holds, next_change
from crmspec.semantics.scenario import Customer
from crmspec.semantics.state import Outcome, Passage, Permission, Sent, State

NOON = "2027-03-01T12:00"
Test.__test__ = False


TABLE = [
    ("{event: visit, within: 3d}", "2027-03-03T12:00", "semantics 2.8 the window ends"),
    ("{event: visit, within: 3d, count: 2}", "2027-03-02T10:00", "2.8 an event goes out"),
    ("{event: visit, between_ago: [2d, 9d]}", "2027-03-02T12:00", "2.11 an event comes in"),
    ("{event: visit, between_ago: [1d, 3d]}", "2027-03-02T10:00", "2.11 an event goes out"),
    ("{event: visit}", None, "5.14 ever"),
    ("{not_event: visit, within: 30d}", "2027-03-30T12:00", "5.17 silence"),
    ("{event: visit, within: 1mo}", "2027-03-25T10:00", "2.3 a month"),
    ("{first_event: visit, older_than: 5d}", "2027-03-02T10:00", "5.19 the first grows old"),
    ("{last_event: visit, within: 3d}", "2027-03-03T12:00", "5.19 the last grows old"),
    ("{attribute: seen, within_last: 1w}", "2027-03-04T12:00", "5.8 within_last"),
    ("{attribute: born, within_next: 1d}", "2027-03-19T00:01", "5.8 within_next"),
    ("{attribute: born, before: now}", "2027-03-20T00:00", "a date against now"),
    ("{attribute: born, on_day: 2027-03-20}", None, "5.9 a day that does not move"),
    ("{attribute: born, anniversary: today}", "2027-03-20T00:00", "5.11 the day comes"),
    ("{attribute: born, anniversary: {within_next: 1d}}", "2027-03-19T00:01", "5.11 soon"),
    ("{attribute: level, has_been: {eq: gold, for: 5d}}", "2027-03-03T12:00", "5.12 for so long"),
    ("{attribute: level, changed: {within: 5d}}", "2027-03-03T12:00", "5.13 the change grows old"),
    ("{attribute: orders_week, gte: 1}", "2027-03-06T12:00", "1.8 an aggregate"),
    ("{segment: lucky}", None, "5.38 never"),
    ("{segment: adults, joined: {older_than: 1d}}", "2027-03-02T12:00", "5.24 just joined"),
    ("{list: staff, joined: {within: 3d}}", "2027-03-03T12:00", "5.24 a list"),
    ("{list: other, joined: {within: 3d}}", None, "5.24 not on it"),
    ("{consent: year}", "2028-02-28T12:00", "1.13 expiry"),
    ("{consent: news, changed: {within: 2d}}", "2027-03-02T12:00", "a consent changed"),
    ("{message: hello, opened: true, within: 2d}", "2027-03-01T12:00+01:00", "5.45 reaction"),
    ("{channel: email, received: true, within: 3d}", "2027-03-01T12:00+01:00", "5.45 a send"),
    ("{message: hello, opened: true}", "2027-03-01T12:00+01:00", "5.30 the click is to come"),
    ("{now: {time: {from: '09:00', to: '13:30'}}}", "2027-03-01T13:30", "5.41 the hour ends"),
    ("{now: {weekday: [mon]}}", "2027-03-02T00:00", "5.41 the day ends"),
    ("{now: {working_day: true}}", "2027-03-02T00:00", "5.41 the working day ends"),
    ("{now: {date: {from: 2027-04-01, to: 2027-04-02}}}", "2027-04-01T00:00", "5.41 a date comes"),
    ("{sequence: [visit, order], within: 3d}", "2027-03-02T10:00", "5.22 the window ends"),
    ("{sequence: [visit, {not_event: order, within: 9d}]}", "2027-03-06T10:00", "5.21 time over"),
    ("{rfm: {recency: [1], over: 9d, event: visit}}", "2027-03-06T10:00", "5.37 the period ends"),
    ("{related: contract, where: {ends: {within_next: 3d}}}", "2027-03-03T00:01", "a date of it"),
    ("{event: order, where: {ships: {older_than: 2d}}}", "2027-03-05T00:00", "a date inside"),
    ("{event: order, where: {ships: {between: [2027-01-01, now]}}}", "2027-03-03T00:00", "to now"),
    ("{trigger: ships, older_than: 1d}", "2027-03-04T00:00", "a date of the trigger"),
    ("{step: ask, output: when, older_than: 1d}", "2027-03-05T00:00", "a date of a step"),
    ("{step: later, output: when, older_than: 1d}", None, "a step that has not run"),
    ("{now: {date: {from: 2027-02-01}}}", None, "a date that was"),
    ("{first_event: refund, within: 1d}", None, "5.19 no event"),
    ("{attribute: name, within_last: 1d}", None, "no date"),
    ("{attribute: name, before: now}", None, "no date against now"),
    ("{segment: unknown}", None, "no such segment"),
    ("{trigger: other, older_than: 1d}", None, "no such property"),
    ("{consent: service, changed: {within: 1d}}", None, "a consent that never changed"),
    ("{attribute: name, anniversary: today}", None, "no date, no anniversary"),
    ("{rfm: {recency: [1], over: 9d}}", None, "5.37 of no event"),
    ("{step: ask, outcome: sent}", None, "5.40 an outcome stays"),
    ("{reachable: email}", None, "5.27 no time in it"),
    ("{raw: {x: y}}", None, "5.42 unknown"),
    ("{not: {event: visit, within: 3d}}", "2027-03-03T12:00", "inside not"),
    ("{all: [{event: visit, within: 3d}, {now: {weekday: [mon]}}]}", "2027-03-02T00:00", "all"),
    ("{any: [{event: visit, within: 3d}, adults]}", "2027-03-03T12:00", "any"),
    ("{none: [{event: visit, within: 3d}]}", "2027-03-03T12:00", "none"),
]


@pytest.mark.parametrize(("written", "moment"), [pytest.param(*r[:2], id=r[2]) for r in TABLE])
def test_the_next_change(someone, written, moment):
    who = someone(segments={"lucky": True})
    who.did("visit", "2027-02-25T10:00").did("visit", "2027-02-27T10:00")
    who.did("visit", "2027-02-28T12:00").did("order", "2027-02-27T12:00", ships="2027-03-03")
    who.set("seen", "2027-02-25T12:00").set("born", "2027-03-20").set("age", 20)
    who.set("level", "gold", "2027-02-26T12:00")
    who.state.lists["staff"] = who.at("2027-02-28T12:00")
    who.gave("year", "subscribed", "2027-02-28T12:00").gave(
        "news", "subscribed", "2027-02-28T12:00"
    )
    who.got("hello", "2027-02-26T14:00", clicked="2027-03-01T14:00")
    who.state.related["contract"] = [{"ends": "2027-03-06"}]
    who.view.in_steps = False
    who.entered(properties={"ships": "2027-03-03"})
    who.finished("ask", NOON, when="2027-03-04")
    if moment is not None:
        moment = clock.iso(who.at(moment), who.zone)
    assert who.next(written) == moment


def lasting(text):
    months, seconds = parse_duration(text)
    return Duration(months=months, seconds=seconds, text=text)


def ref(kind, id_):
    return Ref(kind=kind, id=id_)


SHORT = st.integers(1, 40).map(lambda n: lasting(f"{n}m"))
MAYBE = st.none() | SHORT
BASE = clock.moment("2027-03-28T00:30", clock.named("UTC"))  # half an hour before clocks change
ZONE = clock.named("Europe/Berlin")
HORIZON = 60
MINUTES = st.integers(-40, 40).map(lambda n: BASE + n)
STAMPS = MINUTES.map(lambda m: clock.stamp(m, ZONE))


def test_of(operator, operand):
    return (Test(operator=operator, operand=operand),)


test_of.__test__ = False
LENGTH = st.integers(1, 40).map(lambda n: f"{n}m")
DATED = st.one_of(
    st.builds(test_of, st.sampled_from(["within_last", "within_next", "older_than"]), LENGTH),
    st.builds(test_of, st.sampled_from(["before", "after", "on_day", "eq"]), st.just("now")),
    st.builds(test_of, st.sampled_from(["before", "after"]), STAMPS),
    st.builds(test_of, st.just("between"), STAMPS.map(lambda s: [s, "now"])),
)
WHERE = st.just(()) | DATED.map(lambda tests: (PropertyTest(property="when", tests=tests),))
EVENT = st.sampled_from(["a", "b"])
COUNT = st.just(()) | st.builds(test_of, st.sampled_from(["eq", "gte", "lt"]), st.integers(0, 3))
WINDOW = st.one_of(
    st.just({}),
    SHORT.map(lambda d: {"within": d}),
    st.tuples(SHORT, SHORT).map(lambda pair: {"between_ago": pair}),
)
TIMES = st.integers(0, 300).map(lambda minute: TimeOfDay(minute=minute))
ITEM = st.builds(lambda e, w: ir.EventHappened(event=ref("event", e), within=w), EVENT, MAYBE)
GAP = st.builds(lambda e, w: ir.EventMissing(not_event=ref("event", e), within=w), EVENT, MAYBE)
AGE = st.builds(lambda d, old: ir.Joined(**{"older_than" if old else "within": d}), SHORT,
                st.booleans())  # fmt: skip
ATTRIBUTE = st.sampled_from(["when", "first", "many", "plain"])
LEAVES = st.one_of(
    st.builds(
        lambda e, c, w, where: ir.EventHappened(event=ref("event", e), count=c, where=where, **w),
        EVENT, COUNT, WINDOW, WHERE,
    ),
    st.builds(lambda e, w: ir.EventMissing(not_event=ref("event", e), **w), EVENT, WINDOW),
    st.builds(
        lambda e, w, o, f: ir.FirstEvent(first_event=ref("event", e), within=w, older_than=o,
                                         where=f),
        EVENT, MAYBE, MAYBE, WHERE,
    ),
    st.builds(
        lambda e, w, o, f: ir.LastEvent(last_event=ref("event", e), within=w, older_than=o,
                                        where=f),
        EVENT, MAYBE, MAYBE, WHERE,
    ),
    st.builds(
        lambda items, w: ir.InOrder(sequence=tuple(items), within=w),
        st.lists(ITEM | GAP, min_size=2, max_size=4), MAYBE,
    ),
    st.builds(
        lambda a, t: ir.AttributeIs(attribute=ref("attribute", a), tests=t), ATTRIBUTE, DATED
    ),
    st.builds(lambda c: ir.AttributeIs(attribute=ref("attribute", "many"), tests=c), COUNT),
    st.builds(
        lambda a, t, d: ir.AttributeIs(attribute=ref("attribute", a),
                                       has_been=ir.HasBeen(tests=t, for_=d)),
        ATTRIBUTE, DATED, SHORT,
    ),
    st.builds(
        lambda a, f, t, d: ir.AttributeIs(attribute=ref("attribute", a),
                                          changed=ir.Changed(from_=f, to=t, within=d)),
        ATTRIBUTE, st.just(()) | DATED, st.just(()) | DATED, MAYBE,
    ),
    st.builds(
        lambda n, w: ir.AttributeIs(attribute=ref("attribute", "when"),
                                    anniversary=ir.Anniversary(within_next=n, within_last=w)),
        MAYBE, MAYBE,
    ),
    st.builds(lambda a: ir.InList(list=ref("list", "l"), joined=a), AGE),
    st.builds(lambda a: ir.ConsentIs(consent=ref("consent", "c"), changed=a), st.none() | AGE),
    st.builds(
        lambda r, w: ir.MessageReaction(message=None, within=w, **{r: test_of("gte", 1)}),
        st.sampled_from(["received", "opened"]), MAYBE,
    ),
    st.builds(
        lambda t: ir.TriggerProperty(trigger=Name(id="when"), tests=t), DATED
    ),
    st.builds(
        lambda t: ir.StepResult(step=Name(id="s"), output="when", tests=t), DATED
    ),
    st.builds(
        lambda w: trait.HasRelated(related=ref("object", "o"), where=w), WHERE
    ),
    st.builds(
        lambda f, t: trait.NowIs(now=trait.Now(time=trait.TimeWindow(from_=f, to=t))), TIMES, TIMES
    ),
    st.just(trait.NowIs(now=trait.Now(weekday=("sun",)))),
    st.just(trait.NowIs(now=trait.Now(working_day=True))),
)  # fmt: skip
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: ir.All(all=tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: ir.Any(any=tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: ir.Nothing(none=tuple(parts))),
        inner.map(lambda part: ir.Not(not_=part)),
    ),
    max_leaves=4,
)


@st.composite
def views(draw, *, until=0):
    """Draw a customer about whom a few things are known, some of them still to come."""
    past = st.integers(-40, until).map(lambda n: BASE + n)
    state = State(Customer())
    for moment, event, when in draw(st.lists(st.tuples(past, EVENT, STAMPS), max_size=5)):
        state.log.add(moment, event, {"when": when})
    old = None
    for moment in sorted(draw(st.lists(past, max_size=3))):
        new = draw(STAMPS | st.none())
        state.changes["when"].append((moment, old, new))
        state.attributes["when"] = old = new
    state.lists["l"] = draw(past)
    state.consents["c"] = Permission("subscribed", draw(past))
    state.sent.append(Sent(draw(past), "m", "email"))
    state.sent[0].reactions["opened"].append(draw(past))
    state.related["o"] = [{"when": draw(STAMPS)}]
    passage = Passage(1, "chain", BASE, properties={"when": draw(STAMPS)})
    passage.outcomes["s"] = Outcome(BASE, "sent", {"when": draw(STAMPS)})
    return View(PROGRAM, state, BASE + draw(st.integers(0, 30)), ZONE, passage)


def computed(kind, within=None):
    return Computed(event=ref("event", "a"), aggregate=kind, within=within)


PROGRAM = Program(
    attributes={
        "when": Attribute(id="when", type="datetime"),
        "first": Attribute(id="first", type="datetime", computed=computed("last")),
        "many": Attribute(id="many", computed=computed("count", lasting("20m"))),
        "plain": Attribute(id="plain", default="now"),
    },
    consents={"c": Consent(id="c", expires=lasting("35m"))},
)


@settings(max_examples=120)
@given(CONDITIONS, views())
def test_the_next_change_is_never_late(condition, view):
    """semantics 3.7"""
    moment = next_change(condition, view)
    answer = holds(condition, view)
    end = min(BASE + 30 + HORIZON * 3, BASE + 400 if moment is None else moment)
    for minute in range(view.now + 1, end):
        assert holds(condition, view.at(minute)) is answer


LONG = st.sampled_from(["1mo", "2mo", "1mo 1d", "1y", "3d"])
EVERY = st.one_of(
    st.builds(test_of, st.sampled_from(["within_last", "within_next", "older_than"]), LONG).map(
        lambda tests: ir.AttributeIs(attribute=ref("attribute", "when"), tests=tests)
    ),
    st.builds(
        lambda key, text: ir.AttributeIs(
            attribute=ref("attribute", "when"), anniversary=ir.Anniversary(**{key: lasting(text)})
        ),
        st.sampled_from(["within_next", "within_last"]),
        LONG,
    ),
    st.builds(
        lambda text: ir.AttributeIs(
            attribute=ref("attribute", "when"),
            has_been=ir.HasBeen(tests=test_of("older_than", "3d"), for_=lasting(text)),
        ),
        LONG,
    ),
)


@settings(max_examples=15)
@given(
    EVERY,
    st.integers(-70, 70).map(lambda n: clock.stamp(BASE + n * 1111, ZONE)),
    st.sampled_from(["Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe"]),
)
def test_months_are_not_late_either(condition, when, zone):
    """semantics 2.13"""
    state = State(Customer(), attributes={"when": when})
    view = View(PROGRAM, state, BASE - 60 * clock.DAY, clock.named(zone))
    answer, moment = holds(condition, view), next_change(condition, view)
    for minute in range(view.now, BASE + 90 * clock.DAY, 173):
        if moment is not None and minute >= moment:
            view.now = minute
            answer, moment = holds(condition, view), next_change(condition, view)
        assert holds(condition, view.at(minute)) is answer


@settings(max_examples=100)
@given(CONDITIONS, CONDITIONS, views(until=60))
def test_the_laws_of_logic_hold(one, other, view):
    """semantics 5.1, semantics 5.2"""
    negation = ir.Not(not_=one)
    assert holds(ir.Not(not_=negation), view) is holds(one, view)
    assert holds(negation, view) is not holds(one, view)
    both, either = ir.All(all=(one, other)), ir.Any(any=(one, other))
    nots = (negation, ir.Not(not_=other))
    assert holds(ir.Not(not_=both), view) is holds(ir.Any(any=nots), view)
    assert holds(ir.Not(not_=either), view) is holds(ir.All(all=nots), view)
    assert holds(ir.Nothing(none=(one, other)), view) is holds(ir.Not(not_=either), view)


def test_outside_a_passage_nothing_of_it_changes(who):
    assert who.next("{trigger: ships, older_than: 1d}") is None
    assert who.next("{step: ask, output: when, older_than: 1d}") is None


def test_what_the_log_holds_for_later_comes_at_its_moment(who):
    """semantics 3.1"""
    who.did("visit", "2027-03-02T10:00")
    assert not who.holds("{event: visit}")
    assert who.next("{event: visit}") == "2027-03-02T10:00"
