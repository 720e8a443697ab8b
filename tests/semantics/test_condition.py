"""Conditions one by one: semantics 5.1-5.52, 1.8, 1.11-1.16."""

import pytest

from crmspec.ir.condition import CONDITIONS
from crmspec.semantics import answer, turn
from crmspec.semantics import condition as conditions
from crmspec.semantics.condition import holds, next_change

DAYS = {n: f"2027-02-{28 - n + 1:02}T12:00" for n in range(1, 29)}  # DAYS[3]: 3 days ago


def test_every_condition_of_the_language_is_known():
    assert set(conditions._HOLDS) == set(CONDITIONS) == set(turn._TURNS)


def test_no_condition_is_true(who):
    assert holds(None, who.view)
    assert next_change(None, who.view) is None


GROUPS = [
    ("{all: [{segment: adults}, {attribute: vip, is: true}]}", True, "both hold"),
    ("{all: [{segment: adults}, {attribute: vip, is: false}]}", False, "one does not"),
    ("{any: [{attribute: vip, is: false}, adults]}", True, "semantics 5.2 a bare id is a segment"),
    ("{any: [{attribute: vip, is: false}]}", False, "none of them"),
    ("{none: [{attribute: vip, is: false}]}", True, "semantics 5.2 none is not any"),
    ("{none: [{attribute: vip, is: false}, adults]}", False, "one of them"),
    ("{not: {attribute: vip, is: true}}", False, "not"),
    ("{not: [{attribute: vip, is: true}, {attribute: vip, is: false}]}", True, "5.2 a list is all"),
    ("{all: []}", True, "semantics 5.2 all of nothing"),
    ("{any: []}", False, "5.2 any of nothing"),
    ("{none: []}", True, "5.2 none of nothing"),
    ("{segment: unknown}", False, "a segment that is not there"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in GROUPS])
def test_groups(who, written, answer):
    """semantics 5.1"""
    who.set("age", 20).set("vip", value=True)
    assert who.holds(written) is answer


EVENTS = [
    ("{event: order}", True, "semantics 5.14 at least one"),
    ("{event: refund}", False, "5.14 none"),
    ("{event: order, count: 3}", True, "5.14 so many"),
    ("{event: order, count: {gte: 4}}", False, "5.14 not so many"),
    ("{event: refund, count: 0}", True, "semantics 5.15 none is 0"),
    ("{event: order, count: [1, 3]}", True, "one of these numbers"),
    ("{event: order, within: 2d, count: 1}", True, "in the window"),
    ("{event: order, within: 10d, count: 1}", True, "semantics 2.8 the end of the window"),
    ("{event: order, within: 1mo, count: 2}", True, "a window of a month"),
    ("{event: order, between_ago: [2d, 11d], count: 1}", True, "semantics 2.11"),
    ("{event: order, between_ago: [10d, 20d], count: 1}", True, "2.11 the nearer end is in"),
    ("{event: order, between_ago: [1d, 10d], count: 1}", True, "2.11 the farther end is out"),
    ("{event: order, between_ago: [10d, 1d], count: 1}", True, "2.11 in either order"),
    ("{event: order, since: 2027-02-19, count: 2}", True, "semantics 5.18 from that day on"),
    ("{event: order, where: {total: {gt: 10}}, count: 2}", True, "with a filter"),
    ("{event: order, sum: {property: total, eq: 60}}", True, "semantics 5.16 one without total"),
    ("{event: order, avg: {property: total, eq: 30}}", True, "avg"),
    ("{event: order, min: {property: total, eq: 20}}", True, "min"),
    ("{event: order, max: {property: total, gt: 40}}", False, "max"),
    ("{event: order, distinct: {property: payment, eq: 1}}", True, "distinct"),
    ("{event: order, distinct: {property: total, eq: 2}}", True, "5.16 numbers"),
    ("{event: order, distinct: {property: city, eq: 1}}", True, "1.7 spellings are one"),
    ("{event: order, min: {property: ships, eq: 2027-03-02}}", True, "the earliest date"),
    ("{event: order, max: {property: ships, after: 2027-03-02}}", True, "the latest date"),
    ("{event: order, sum: {property: unknown, eq: 0}}", True, "5.15 a sum of nothing"),
    ("{event: order, distinct: {property: unknown, eq: 0}}", True, "5.15 nothing distinct"),
    ("{event: order, avg: {property: unknown, missing: true}}", True, "5.15 no average"),
    ("{event: order, min: {property: unknown, gte: 0}}", False, "5.15 no minimum"),
    ("{event: refund, sum: {property: total, eq: 0}}", False, "5.14 a sum asks for an event too"),
    ("{event: refund, count: 0, sum: {property: total, eq: 0}}", True, "5.15 unless count does"),
    ("{event: order, sum: {property: payment, eq: 0}}", True, "a sum of texts"),
    ("{not_event: order}", False, "semantics 5.17 there was one ever"),
    ("{not_event: refund}", True, "5.17 none ever"),
    ("{not_event: order, within: 1d}", True, "5.17 none in the window"),
    ("{not_event: order, within: 2d}", False, "5.17 one in the window"),
    ("{not_event: order, within: 2d, where: {payment: Cash}}", True, "5.17 with a filter"),
    ("{first_event: order, older_than: 20d}", True, "semantics 5.19 first"),
    ("{first_event: order, within: 20d}", False, "5.19 first in a window"),
    ("{first_event: order, where: {payment: card}, within: 20d}", True, "5.19 first that fits"),
    ("{last_event: order, within: 2d}", True, "5.19 last"),
    ("{last_event: order, older_than: 1d}", True, "5.19 last that long ago"),
    ("{last_event: order, older_than: 2d}", False, "5.19 last not so long ago"),
    ("{last_event: order, on_day: 2027-02-28}", True, "5.19 last on the day"),
    ("{last_event: order, on_day: 2027-02-27}", False, "5.19 last on another day"),
    ("{last_event: order, on_day: 2027-02-31}", False, "no such day"),
    ("{last_event: refund, within: 9y}", False, "5.19 no event"),
    ("{first_event: refund, older_than: 1m}", False, "5.19 no first event"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in EVENTS])
def test_events(who, written, answer):
    who.did("order", DAYS[1], total=40, payment="card", city="мск", ships="2027-03-05")
    who.did("order", DAYS[10], total=20, payment="card", city="Москва", ships="2027-03-02")
    who.did("order", DAYS[28])
    assert who.holds(written) is answer


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        pytest.param("orders", 3, id="semantics 1.8 count"),
        pytest.param("orders_week", 1, id="1.8 count in a window"),
        pytest.param("spent", 60, id="1.8 sum"),
        pytest.param("mean", 30, id="1.8 avg"),
        pytest.param("least", 20, id="1.8 min"),
        pytest.param("most", 40, id="1.8 max"),
        pytest.param("payments", 2, id="1.8 distinct"),
        pytest.param("first_total", 20, id="1.8 first"),
        pytest.param("last_total", 40, id="1.8 last"),
        pytest.param("totals", 2, id="1.8 count of a property"),
        pytest.param("first_order", "2027-02-01T12:00+03:00", id="1.8 moment of the first"),
        pytest.param("last_order", "2027-02-28T12:00+03:00", id="1.8 moment of the last"),
        pytest.param("odd", None, id="a sum of nothing in particular"),
    ],
)
def test_computed_attributes_follow_the_log(who, attribute, value):
    who.did("order", DAYS[1], total=40, payment="card")
    who.did("order", DAYS[10], total=20, payment="Cash")
    who.did("order", DAYS[28])
    who.set(attribute, 999)
    assert conditions.attribute(attribute, who.view) == value


def test_without_events_a_computed_average_is_missing_and_a_sum_zero(who):
    """semantics 5.15"""
    values = [conditions.attribute(a, who.view) for a in ("spent", "mean", "least", "first_order")]
    assert values == [0, None, None, None]


SINCE = [
    ("{event: visit, since: chain_start, count: 2}", True, "semantics 5.18 after the start"),
    ("{event: visit, since: first, count: 1}", True, "5.18 after the step"),
    ("{event: visit, since: later}", False, "5.18 before the step has finished nothing counts"),
    ("{not_event: visit, since: later}", True, "5.18 so nothing is there"),
    ("{event: visit, count: 4}", True, "without since all count"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in SINCE])
def test_since(who, written, answer):
    who.did("visit", DAYS[5])
    who.did("visit", DAYS[4])
    who.entered(moment=DAYS[4])
    who.did("visit", DAYS[3])
    who.finished("first", DAYS[3])
    who.did("visit", DAYS[2])
    assert who.holds(written) is answer


def test_of_the_minute_of_entry_what_arrived_later_counts(who):
    """semantics 5.18, semantics 3.4"""
    who.did("visit")
    who.entered(arrivals=who.state.log.arrivals)
    assert not who.holds("{event: visit, since: chain_start}")
    who.did("visit")
    assert who.holds("{event: visit, since: chain_start, count: 1}")


def test_outside_a_chain_nothing_is_since_its_start(who):
    """semantics 5.18"""
    who.did("visit")
    assert not who.holds("{event: visit, since: chain_start}")


def test_a_view_may_leave_out_what_was_before_a_step(who):
    """semantics 7.13"""
    who.did("visit").did("order", DAYS[3])
    who.view.after, who.view.arrivals = who.view.now, who.state.log.arrivals
    asked = ["{event: visit}", "{event: order, within: 9d}", "{sequence: [order, visit]}"]
    assert [who.holds(one) for one in asked] == [False, False, False]
    assert who.holds("{attribute: orders, eq: 1}")
    who.did("visit")
    assert who.holds("{event: visit, count: 1}")


HISTORY = [
    ("{attribute: level, has_been: {eq: gold, for: 3d}}", True, "semantics 5.12 for so long"),
    ("{attribute: level, has_been: {eq: gold, for: 3d 1m}}", False, "5.12 not for so long"),
    ("{attribute: level, has_been: {exists: true, for: 9d}}", True, "5.12 over a change"),
    ("{attribute: level, has_been: {neq: x, for: 9y}}", True, "semantics 5.44 for ever"),
    ("{attribute: level, has_been: {exists: true, for: 11d}}", False, "5.12 before the first"),
    ("{attribute: name, has_been: {eq: anna, for: 9y}}", True, "5.44 no known change"),
    ("{attribute: age, has_been: {gte: 18, for: 1d}}", False, "5.12 a break"),
    ("{attribute: age, has_been: {gte: 18, for: 1h}}", True, "5.12 after the break"),
    ("{attribute: seen, has_been: {older_than: 3d, for: 1d}}", True, "5.12 against the clock"),
    ("{attribute: seen, has_been: {older_than: 3d, for: 2d 1m}}", False, "5.12 began later"),
    ("{attribute: seen, has_been: {within_last: 9d, for: 1d}}", True, "5.12 still inside"),
    ("{attribute: orders_week, has_been: {gte: 1, for: 6d}}", True, "5.44 an aggregate"),
    ("{attribute: orders_week, has_been: {gte: 1, for: 7d}}", False, "5.44 not so long"),
    ("{attribute: level, changed: {to: {eq: gold}, within: 4d}}", True, "semantics 5.13 to"),
    ("{attribute: level, changed: {to: {eq: gold}, within: 3d}}", False, "5.13 the window ended"),
    ("{attribute: level, changed: {from: Silver, to: gold}}", True, "5.13 from and to"),
    ("{attribute: level, changed: {from: gold}}", False, "5.13 never from it"),
    ("{attribute: level, changed: {from: {missing: true}}}", True, "5.13 its first value"),
    ("{attribute: name, changed: {}}", False, "5.13 no change"),
    ("{attribute: score, changed: {}}", False, "5.13 the same as the default is no change"),
    ("{attribute: orders_week, changed: {from: 0, to: 1, within: 7d}}", True, "an aggregate went"),
    ("{attribute: orders_week, changed: {from: 1, to: 0}}", False, "5.44 has not come back"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in HISTORY])
def test_the_past_of_attributes(who, written, answer):
    who.set("level", "Silver", DAYS[10]).set("level", "gold", DAYS[3]).set("name", "Anna")
    who.set("age", 20, DAYS[9]).set("age", 17, "2027-03-01T10:00")
    who.set("age", 19, "2027-03-01T10:00").set("seen", DAYS[5])
    who.set("score", 5, DAYS[2]).did("order", DAYS[6])
    assert who.holds(written) is answer


ANNIVERSARIES = [
    ("1990-03-01", "today", True, "semantics 5.11 today"),
    ("1990-03-02", "today", False, "5.11 tomorrow"),
    ("1990-03-04", "{within_next: 3d}", True, "5.11 soon"),
    ("1990-03-05", "{within_next: 3d}", False, "5.11 not so soon"),
    ("1990-03-01", "{within_next: 1m}", True, "5.11 today is the next"),
    ("1990-03-01", "{within_last: 1m}", True, "5.11 today is the latest"),
    ("1990-02-27", "{within_last: 3d}", True, "5.11 lately"),
    ("1990-02-26", "{within_last: 3d}", False, "5.11 not so lately"),
    ("1990-12-31", "{within_last: 3mo}", True, "5.11 last year"),
    ("1990-01-02", "{within_next: 11mo}", True, "5.11 next year"),
    ("1990-03-02", "{today: true, within_next: 3d}", False, "5.11 all that is written"),
    ("2040-03-01", "today", True, "5.11 the year does not matter"),
    ("x", "today", False, "no date"),
    (None, "today", False, "no value"),
]


@pytest.mark.parametrize(
    ("born", "wanted", "answer"), [pytest.param(*r[:3], id=r[3]) for r in ANNIVERSARIES]
)
def test_anniversaries(who, born, wanted, answer):
    who.set("born", born)
    assert who.holds(f"{{attribute: born, anniversary: {wanted}}}") is answer


@pytest.mark.parametrize(
    ("today", "answer"),
    [
        pytest.param("2027-02-28", True, id="semantics 5.11 29 February in other years"),
        pytest.param("2027-03-01", False, id="5.11 not the day after"),
        pytest.param("2028-02-28", False, id="5.11 not the day before in a leap year"),
        pytest.param("2028-02-29", True, id="5.11 on the very day"),
    ],
)
def test_the_anniversary_of_a_leap_day(who, today, answer):
    who.set("born", "1996-02-29").now(f"{today}T12:00")
    assert who.holds("{attribute: born, anniversary: today}") is answer


def test_the_attribute_may_say_what_stands_for_a_missing_date(someone):
    """semantics 5.5"""
    shop = "attributes:\n  born: {type: date, missing_as: 1990-03-01}\n"
    assert someone(shop=shop).holds("{attribute: born, anniversary: today}")


MEMBERSHIP = [
    ("{segment: adults}", True, "semantics 5.23 its condition is true"),
    ("{segment: adults, joined: {within: 3d}}", True, "semantics 5.24 lately"),
    ("{segment: adults, joined: {older_than: 3d}}", False, "5.24 not so long ago"),
    ("{segment: lucky}", True, "semantics 5.51 as the scenario says"),
    ("{segment: lucky, joined: {within: 1m}}", True, "5.24 came in just now"),
    ("{list: staff}", True, "on a list"),
    ("{list: staff, joined: {older_than: 5d}}", True, "5.24 long on a list"),
    ("{list: staff, joined: {within: 5d}}", False, "5.24 not lately"),
    ("{list: other}", False, "not on a list"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in MEMBERSHIP])
def test_membership(someone, written, answer):
    who = someone(segments={"lucky": True}).set("age", 20)
    who.state.inside["adults"] = who.at(DAYS[2])
    who.state.lists["staff"] = who.at(DAYS[5])
    assert who.holds(written) is answer


def test_an_asserted_segment_wins_either_way(someone):
    """semantics 5.51"""
    assert not someone(segments={"adults": False}).set("age", 20).holds("{segment: adults}")


CONSENTS = [
    ("{consent: news}", True, "semantics 5.25 opted_in is subscribed"),
    ("{consent: news, is: opted_in}", True, "5.25 and itself"),
    ("{consent: news, is: pending}", False, "5.25 no other"),
    ("{consent: news, topic: sale}", False, "semantics 5.26 its topic"),
    ("{consent: news, topic: sale, is: unsubscribed}", True, "semantics 1.14 one topic withdrawn"),
    ("{consent: news, topic: tips}", True, "semantics 1.16 the whole speaks for a topic"),
    ("{consent: news, method: [form]}", True, "given by a form"),
    ("{consent: news, method: [api, link]}", False, "given otherwise"),
    ("{consent: news, changed: {within: 11d}}", True, "changed lately"),
    ("{consent: news, changed: {older_than: 11d}}", False, "not so long ago"),
    ("{consent: service}", True, "semantics 1.12 its default"),
    ("{consent: service, changed: {within: 9y}}", False, "1.12 never changed"),
    ("{consent: year, is: never_subscribed}", True, "semantics 1.13 expired"),
    (
        "{consent: year, is: never_subscribed, changed: {within: 4d}}",
        True,
        "1.13 expiry is a change",
    ),
    ("{consent: unknown, is: never_subscribed}", True, "a consent that is not there"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in CONSENTS])
def test_consents(who, written, answer):
    """semantics 1.11, semantics 1.15"""
    who.gave("news", "opted_in", DAYS[10], "form").gave("news.sale", "unsubscribed", DAYS[5])
    who.gave("year", "subscribed", "2026-02-26T12:00")
    assert who.holds(written) is answer


@pytest.mark.parametrize(
    ("whole", "topic", "answer"),
    [
        pytest.param(DAYS[3], DAYS[5], False, id="semantics 1.14 withdrawn for every topic"),
        pytest.param(DAYS[5], DAYS[3], True, id="1.14 the topic was given again"),
        pytest.param(None, DAYS[3], True, id="a topic given, when the rest is withdrawn"),
        pytest.param(DAYS[3], None, False, id="1.14 withdrawn after all that was known"),
    ],
)
def test_withdrawing_the_whole(who, whole, topic, answer):
    who.gave("news", "unsubscribed", whole).gave("news.sale", "subscribed", topic)
    assert who.holds("{consent: news, topic: sale}") is answer


def test_a_consent_expires_to_the_minute(who):
    """semantics 1.13"""
    who.gave("year", "subscribed", "2026-03-01T12:01")
    assert who.holds("{consent: year}")
    assert not who.now("2027-03-01T12:01").holds("{consent: year}")
    who.gave("year", "unsubscribed", "2026-03-01T12:01")
    assert who.holds("{consent: year, is: unsubscribed}")


CHANNELS = [
    ("{reachable: email}", True, "semantics 5.27 an address"),
    ("{reachable: sms}", False, "5.27 suppressed"),
    ("{reachable: push}", False, "5.27 no address"),
    ("{suppressed: sms}", True, "suppressed"),
    ("{suppressed: sms, reason: complaint}", True, "for that reason"),
    ("{suppressed: sms, reason: manual}", False, "for another reason"),
    ("{suppressed: email}", False, "not suppressed"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in CHANNELS])
def test_channels(who, written, answer):
    who.state.reachable |= {"email", "sms"}
    who.state.suppressed["sms"] = "complaint"
    assert who.holds(written) is answer


CHAINS = [
    ("{in_chain: welcome}", False, "semantics 5.32 no passage runs"),
    ("{in_chain: welcome, is: false}", True, "5.32 turned round"),
    ("{in_chain: welcome, state: completed}", True, "5.32 one has completed"),
    ("{in_chain: welcome, state: exited}", True, "5.32 one has exited"),
    ("{in_chain: welcome, state: goal}", False, "5.32 none has reached its goal"),
    ("{in_chain: silent}", True, "5.32 one runs"),
    ("{in_chain: silent, state: completed}", False, "5.32 it has not ended"),
    ("{in_chain: silent, state: goal}", True, "5.32 it has reached its goal"),
    ("{in_chain: renew, state: exited, is: false}", True, "5.32 never in it"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in CHAINS])
def test_chains(who, written, answer):
    who.entered("welcome", DAYS[9], ended=who.at(DAYS[8]))
    who.entered("welcome", DAYS[7], ended=who.at(DAYS[6]), reason="order")
    who.entered("silent", DAYS[7], reached=who.at(DAYS[5]))
    assert who.holds(written) is answer


def test_an_experiment_is_what_was_given(who):
    """semantics 5.33"""
    asked = "{experiment: subject, variant: b}"
    assert not who.holds(asked)
    who.state.variants["subject"] = "b"
    assert who.holds(asked)
    assert not who.holds("{experiment: subject, variant: a}")


TRIGGERS = [
    ("{trigger: payment, eq: card}", True, "semantics 5.39 of the event that started it"),
    ("{trigger: payment, eq: Card}", False, "5.39 an enum"),
    ("{trigger: city, eq: msk}", True, "5.39 a directory"),
    ("{trigger: total, missing: true}", True, "5.39 a property that is missing"),
    ("{trigger: items.sku, eq: a}", True, "5.39 inside"),
    ("{step: ask, outcome: sent}", True, "semantics 5.40 its outcome"),
    ("{step: ask, outcome: failed}", False, "5.40 another outcome"),
    ("{step: ask, output: rate, gte: 9}", True, "5.40 its output"),
    ("{step: ask, outcome: sent, output: rate, lt: 9}", False, "5.40 both"),
    ("{step: ask, output: other, neq: 3}", True, "5.40 output that is missing"),
    ("{step: later, output: other, neq: 3}", False, "5.40 it has not run"),
    ("{step: later, outcome: sent}", False, "5.40 it has no outcome"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in TRIGGERS])
def test_what_a_passage_knows(who, written, answer):
    properties = {"payment": "card", "city": "мск", "items": [{"sku": "A"}]}
    who.entered(properties=properties)
    who.finished("ask", NOW, rate=9)
    assert who.holds(written) is answer


NOW = "2027-03-01T12:00"


@pytest.mark.parametrize("chain", ["silent", "renew", "unknown"])
def test_properties_of_other_triggers(who, chain):
    """semantics 5.39"""
    who.entered(chain, properties={"kind": "a"})
    assert who.holds("{trigger: kind, eq: a}")
    assert who.holds("{trigger: kind, eq: A}") is (chain != "renew")


def test_outside_a_passage_there_is_no_trigger_and_no_step(who):
    """semantics 5.39, semantics 5.40"""
    assert not who.holds("{trigger: payment, eq: card}")
    assert who.holds("{trigger: payment, missing: true}")
    assert not who.holds("{step: ask, outcome: sent}")


def test_a_random_share_follows_the_bucket(someone):
    """semantics 5.38, semantics 1.3"""
    from crmspec.semantics.bucket import bucket

    for number in range(50):
        who = someone(id=str(number))
        who.view.owner = "chain welcome"
        assert who.holds("{segment: lucky}") is (bucket("segment lucky", str(number)) < 5000)
        assert who.holds("{random: 30%}") is (bucket("chain welcome", str(number)) < 3000)
        assert who.holds("{random: 30%, salt: x}") is (bucket("x", str(number)) < 3000)


def test_raw_conditions_are_answered(who, asked):
    """semantics 5.42"""
    written = "{raw: {mindbox: score > 3}}"
    assert not who.holds(written)
    who.view.answers[answer.key(asked(written))] = True
    assert who.holds(written)
    assert not who.holds("{raw: {mindbox: score > 4}}")
    who.view.answers["score > 4"] = True
    assert who.holds("{raw: {mindbox: score > 4, fields: [1]}}")
    assert not who.holds("{raw: {mindbox: score > 5}}")


def test_rfm_cells_are_answered_for_those_with_an_event(who, asked):
    """semantics 5.37, semantics 5.50"""
    written = "{rfm: {recency: [5], over: 90d, event: order}}"
    who.view.answers[answer.key(asked(written))] = True
    assert not who.holds(written)
    who.did("order", DAYS[9])
    assert who.holds(written)
    bare = "{rfm: {recency: [5], over: 90d, value: total}}"
    assert not who.holds(bare)
    who.view.answers[answer.key(asked(bare))] = True
    assert who.holds(bare)


def test_a_consent_says_whether_messages_may_be_sent(who):
    """semantics 8.6"""
    from crmspec.semantics.permission import is_permitted

    who.gave("news", "opted_in").gave("news.sale", "unsubscribed")
    assert is_permitted("news", None, who.view)
    assert not is_permitted("news", "sale", who.view)
    assert not is_permitted("year", None, who.view)


def test_a_number_is_no_version(someone):
    """semantics 5.48"""
    who = someone(devices=({"app_version": 5},))
    assert who.holds("{device: {app_version: {lt: 6}}}")
    assert who.holds("{device: {app_version: {eq: 5}}}")


def test_a_state_is_all_that_is_known_of_the_customer(who):
    """semantics 1.2"""
    known = {"attributes", "consents", "reachable", "suppressed", "lists", "log", "passages"}
    assert known <= set(type(who.state).__slots__)


def test_a_promise_about_change_is_not_enforced(someone):
    """semantics 1.9"""
    shop = "attributes:\n  born: {type: date, mutability: immutable}\n"
    who = someone(shop=shop).set("born", "1990-01-01", DAYS[9]).set("born", "1991-01-01", DAYS[3])
    assert who.holds("{attribute: born, on_day: 1991-01-01}")
    assert who.holds("{attribute: born, changed: {within: 4d}}")
