"""Triggers and entry (semantics section 6)."""

import pytest

from crmspec.semantics.bucket import is_below
from crmspec.semantics.clock import moment, named

SEND = "steps: [{send: a}]"


def one(trigger, head="reentry: always,", rest=""):
    return f"{rest}\nchains: {{one: {{trigger: {trigger}, {head} {SEND}}}}}"


def test_one_event_starts_at_most_one_passage_of_a_chain(play):
    """semantics 6.1"""
    source = one(
        "[go, {event: go, where: {n: 1}}, stop]", "reentry: {mode: always, concurrent: true},"
    )
    assert play(source, (0, "go", {"n": 1}), (1, "stop")).sends == ["0d 09:00 a", "0d 09:01 a"]


def test_an_event_trigger_fires_at_each_event_that_fits(play):
    """semantics 6.2"""
    source = one("{event: go, where: {n: {gte: 2}}}")
    story = play(source, (0, "go", {"n": 1}), (1, "go", {"n": 2}), (2, "go", {"n": 3}))
    assert story.sends == ["0d 09:01 a", "0d 09:02 a"]


@pytest.mark.parametrize(
    ("happenings", "sends"),
    [
        pytest.param([(0, "go")], ["0d 12:00 a"], id="silence after the event"),
        pytest.param([], [], id="no event to be silent after"),
        pytest.param([(0, "go"), (60, "go")], ["0d 13:00 a"], id="the time starts anew"),
        pytest.param([(0, "go"), (60, "stop", {"n": 1})], [], id="broken"),
        pytest.param(
            [(0, "go"), (60, "stop", {"n": 1}), (90, "go")], ["0d 13:30 a"], id="broken, and again"
        ),
        pytest.param([(0, "go"), (60, "stop", {"n": 2})], ["0d 12:00 a"], id="another one"),
        pytest.param([(0, "go"), ("4h", "stop", {"n": 1})], ["0d 12:00 a"], id="once a silence"),
        pytest.param([(0, "go"), ("4h", "go")], ["0d 12:00 a", "0d 16:00 a"], id="again"),
        pytest.param([("-2h", "go")], ["0d 10:00 a"], id="begun in the history"),
        pytest.param([("-5h", "go")], [], id="over in the history"),
    ],
)
def test_silence_after_an_event_fires(play, happenings, sends):
    """semantics 6.3, 6.4"""
    source = one("{no_event: stop, for: 3h, after: go, where: {n: 1}}")
    assert play(source, *happenings).sends == sends


@pytest.mark.parametrize(
    ("happenings", "sends"),
    [
        pytest.param([], ["2d 09:00 a"], id="from the creation of the profile"),
        pytest.param([("1d", "stop")], ["3d 09:00 a"], id="from the latest event"),
        pytest.param([("3d", "stop")], ["2d 09:00 a", "5d 09:00 a"], id="once per silence"),
        pytest.param([("-1d", "stop")], ["1d 09:00 a"], id="from the history"),
    ],
)
def test_silence_without_an_event_before_it(play, happenings, sends):
    """semantics 6.4"""
    created = moment("2027-03-01T09:00", named("Europe/Moscow"))
    source = one("{no_event: stop, for: 2d}")
    assert play(source, *happenings, customer={"created": created}).sends == sends
    if not happenings:
        assert play(source).sends == sends


def test_the_event_before_the_silence_lends_its_properties(play):
    source = """
    chains:
      one:
        trigger: {no_event: stop, for: 3h, after: go}
        steps: [{send: a, only: {trigger: n, eq: 2}}]
    """
    assert play(source, (0, "go", {"n": 1}), (60, "go", {"n": 2})).sends == ["0d 13:00 a"]


SEGMENT = "segments: {rich: {attribute: money, gte: 100}}\nattributes: {money: {type: number}}"


@pytest.mark.parametrize(
    ("trigger", "sends"),
    [
        pytest.param("{segment: rich}", ["0d 10:00 a", "0d 12:00 a"], id="entered"),
        pytest.param("{segment: rich, transition: left}", ["0d 11:00 a"], id="left"),
    ],
)
def test_a_segment_trigger_fires_when_membership_turns(play, trigger, sends):
    """semantics 6.5"""
    changes = [
        ("1h", "money", {"value": 100}, "attribute"),
        ("2h", "money", {"value": 1}, "attribute"),
        ("3h", "money", {"value": 200}, "attribute"),
        ("4h", "money", {"value": 300}, "attribute"),
    ]
    assert play(one(trigger, rest=SEGMENT), *changes).sends == sends


@pytest.mark.parametrize(
    ("created", "sends"),
    [
        pytest.param("2027-03-01T10:00", ["0d 10:00 a"], id="a new customer was outside"),
        pytest.param("2027-02-01", [], id="a known customer was inside"),
    ],
)
def test_a_customer_new_to_the_project_counts_as_outside(play, created, sends):
    """semantics 6.5"""
    since = moment(created, named("Europe/Moscow"))
    who = {"created": since, "attributes": {"money": 500}}
    assert play(one("{segment: rich}", rest=SEGMENT), customer=who).sends == sends


def test_time_alone_takes_customers_into_segments(play):
    """semantics 6.5, 3.7"""
    rest = "segments: {quiet: {not_event: go, within: 1d}, tuesday: {now: {weekday: [tue]}}}"
    assert play(one("{segment: quiet}", rest=rest), (0, "go")).sends == ["1d 09:00 a"]
    assert play(one("{segment: tuesday}", rest=rest), days=6).sends == ["1d 00:00 a"]


def test_segments_follow_reactions_lists_consents_and_chains(play):
    """semantics 6.5"""
    rest = """
    lists: {club: {title: Club}}
    segments:
      readers: {message: b, opened: true}
      members: {list: club}
      refusers: {consent: texts, is: unsubscribed}
      inside: {in_chain: other_one}
      mute: {not: {reachable: push}}
    """
    other = "chains: {other_one: {trigger: go, steps: [{send: b}, {wait: 1h}]}}"
    names = ["readers", "members", "refusers", "inside", "mute"]
    chains = [f"  {n}_chain: {{trigger: {{segment: {n}}}, frequency: [], {SEND}}}" for n in names]
    source = "\n".join(
        [rest, "    " + other.replace("chains: {", "chains:\n      ").rstrip("}") + "}}"]
    )
    source = (
        rest + "\n    chains:\n      other_one: {trigger: go, steps: [{send: b}, {wait: 1h}]}\n"
    )
    source += "\n".join(f"    {line}" for line in chains)
    story = play(
        source,
        (0, "go"),
        (60, "club", {"change": "entered"}, "list"),
        (120, "texts", {"status": "unsubscribed"}, "consent"),
        (180, "push", {"value": False}, "reachable"),
        reactions=[("b", "opened", 30)],
    )
    entered = {e.chain: story.when(e.moment) for e in story.entries("enter")}
    assert entered == {
        "other_one": "0d 09:00",
        "inside_chain": "0d 09:00",
        "readers_chain": "0d 09:30",
        "members_chain": "0d 10:00",
        "refusers_chain": "0d 11:00",
        "mute_chain": "0d 12:00",
    }


LIST = "lists: {club: {title: Club}}"


@pytest.mark.parametrize(
    ("trigger", "sends"),
    [
        pytest.param("{list: club}", ["0d 09:00 a"], id="entered"),
        pytest.param("{list: club, transition: left}", ["0d 10:00 a"], id="left"),
    ],
)
def test_a_list_trigger_fires_when_membership_turns(play, trigger, sends):
    """semantics 6.5"""
    changes = [
        (0, "club", {"change": "entered"}, "list"),
        (30, "club", {"change": "entered"}, "list"),
        (60, "club", {"change": "left"}, "list"),
    ]
    assert play(one(trigger, rest=LIST), *changes).sends == sends


@pytest.mark.parametrize(
    ("trigger", "customer", "sends"),
    [
        pytest.param("{segment: rich, backfill: true}", {"attributes": {"money": 100}}, 1, id="in"),
        pytest.param("{segment: rich, backfill: true}", {}, 0, id="outside"),
        pytest.param("{segment: rich}", {"attributes": {"money": 100}}, 0, id="no backfill"),
        pytest.param("{list: club, backfill: true}", {"lists": frozenset({"club"})}, 1, id="list"),
        pytest.param("{list: club, backfill: true}", {}, 0, id="not on the list"),
    ],
)
def test_backfill_takes_those_already_inside(play, trigger, customer, sends):
    """semantics 6.6, 6.32"""
    source = one(trigger, rest=f"{SEGMENT}\n{LIST}")
    assert len(play(source, customer=customer).sends) == sends


@pytest.mark.parametrize(
    ("trigger", "values", "sends"),
    [
        pytest.param("{attribute: money}", [1, 1, 2], 2, id="each change"),
        pytest.param("{attribute: money}", [None], 0, id="nothing to lose"),
        pytest.param("{attribute: money}", [1, None], 2, id="its first value, and its loss"),
        pytest.param("{attribute: money, to: {gte: 5}}", [1, 5, 6], 2, id="to"),
        pytest.param("{attribute: money, from: {lt: 5}, to: {gte: 5}}", [1, 5, 6], 1, id="from"),
    ],
)
def test_an_attribute_trigger_fires_on_changes_that_fit(play, trigger, values, sends):
    """semantics 6.7"""
    changes = [(n, "money", {"value": v}, "attribute") for n, v in enumerate(values)]
    assert len(play(one(trigger, rest=SEGMENT), *changes).sends) == sends


def test_an_attribute_trigger_follows_computed_attributes(play):
    """semantics 6.7, 1.8"""
    rest = "attributes: {n: {type: integer, computed: {event: stop, aggregate: count}}}"
    source = one("{attribute: n, to: {eq: 2}}", rest=rest)
    assert play(source, (0, "stop"), (5, "stop"), (9, "stop")).sends == ["0d 09:05 a"]
    assert play(source, (0, "n", {"value": 2}, "attribute")).sends == []


DATED = """
attributes: {day: {type: date}, hour: {type: datetime}}
chains: {one: {trigger: %s, reentry: always, steps: [{send: a}]}}
"""


@pytest.mark.parametrize(
    ("trigger", "value", "sends"),
    [
        pytest.param("{date: day, at: '10:00'}", "2027-03-05", ["4d 10:00 a"], id="that day"),
        pytest.param("{date: day}", "2027-03-05", ["4d 00:00 a"], id="as the day begins"),
        pytest.param(
            "{date: day, offset: -2d, at: '10:00'}", "2027-03-05", ["2d 10:00 a"], id="-2d"
        ),
        pytest.param("{date: day, offset: 90m}", "2027-03-05", ["4d 01:30 a"], id="minutes later"),
        pytest.param("{date: day}", "2027-03-05T11:30", ["4d 11:30 a"], id="a time in the value"),
        pytest.param("{date: day, at: '10:00'}", "2027-03-05T11:30", ["4d 10:00 a"], id="at wins"),
        pytest.param("{date: day, at: '08:00'}", "2027-03-01", [], id="past"),
        pytest.param("{date: day, at: '09:00'}", "2027-03-01", ["0d 09:00 a"], id="this minute"),
        pytest.param("{date: day}", "soon", [], id="no date"),
        pytest.param("{date: day, recurs: yearly}", "1990-03-05", ["4d 00:00 a"], id="birthday"),
        pytest.param("{date: day, recurs: yearly}", "1990-02-27", [], id="far away"),
        pytest.param("{date: day, recurs: yearly}", "2028-03-05", [], id="not begun"),
        pytest.param(
            "{date: day, recurs: monthly}", "2026-12-31", ["30d 00:00 a"], id="the last day"
        ),
    ],
)
def test_date_triggers(play, trigger, value, sends):
    """semantics 6.8, 6.9, 6.10"""
    who = {"attributes": {"day": value}}
    assert play(DATED % trigger, customer=who, days=31).sends == sends


@pytest.mark.parametrize(
    ("leap", "sends"),
    [
        pytest.param("feb_28", ["0d 00:00 a"], id="the day before"),
        pytest.param("mar_1", ["1d 00:00 a"], id="the day after"),
        pytest.param("skip", [], id="not at all"),
    ],
)
def test_29_february(play, leap, sends):
    """semantics 6.9"""
    who = {"attributes": {"day": "2000-02-29"}}
    trigger = f"{{date: day, recurs: yearly, feb_29: {leap}}}"
    story = play(DATED % trigger, customer=who, start="2027-02-28T00:00", days=3)
    assert story.sends == sends
    later = play(DATED % trigger, customer=who, start="2028-02-29T00:00", days=1)
    assert later.sends == ["0d 00:00 a"]


def test_a_date_that_moves_takes_the_moment_with_it(play):
    """semantics 6.10"""
    source = DATED % "{date: day, at: '10:00'}"
    who = {"attributes": {"day": "2027-03-05"}}
    later = ("1d", "day", {"value": "2027-03-07"}, "attribute")
    assert play(source, later, customer=who).sends == ["6d 10:00 a"]
    gone = ("1d", "day", {"value": None}, "attribute")
    assert play(source, gone, customer=who).sends == []
    back = ("1d", "day", {"value": "2027-03-01"}, "attribute")
    assert play(source, back, customer=who).sends == []


@pytest.mark.parametrize(
    ("rule", "sends"),
    [
        pytest.param("{cron: '0 10 * * THU'}", ["3d 10:00 a", "10d 10:00 a"], id="cron"),
        pytest.param(
            "{rrule: 'FREQ=WEEKLY;BYDAY=TH', at: '10:00'}", ["3d 10:00 a", "10d 10:00 a"], id="rule"
        ),
        pytest.param(
            "{rrule: 'FREQ=WEEKLY;BYDAY=TH'}", ["3d 00:00 a", "10d 00:00 a"], id="no time"
        ),
        pytest.param(
            "{rrule: 'FREQ=DAILY;INTERVAL=8', at: '10:00'}",
            ["5d 10:00 a", "13d 10:00 a"],
            id="interval",
        ),
        pytest.param(
            "{rrule: 'FREQ=WEEKLY;BYDAY=TH;UNTIL=20270305T000000Z'}", ["3d 00:00 a"], id="until"
        ),
        pytest.param(
            "{rrule: 'FREQ=WEEKLY;BYDAY=TH;COUNT=1'}", ["3d 00:00 a", "10d 00:00 a"], id="count"
        ),
        pytest.param("{cron: '0 9 1 3 *'}", ["0d 09:00 a"], id="this minute"),
        pytest.param("{cron: '0 9 31 2 *'}", [], id="never"),
        pytest.param("{rrule: 'FREQ=NEVER'}", [], id="no rule"),
        pytest.param("{}", [], id="nothing"),
    ],
)
def test_schedules(play, rule, sends):
    """semantics 6.11"""
    assert play(one(f"{{schedule: {rule}}}"), days=14).sends == sends


def test_a_schedule_asks_the_audience_and_keeps_local_time(play):
    """semantics 6.11"""
    source = one("{schedule: {cron: '0 10 * * THU'}}", "audience: {event: go}, reentry: always,")
    assert play(source, ("4d", "go"), days=14).sends == ["10d 10:00 a"]
    east = {"timezone": "Asia/Vladivostok"}
    assert play(source, ("1d", "go"), days=7, customer=east).sends == ["3d 10:00 a"]
    account = one("{schedule: {cron: '0 10 * * THU'}}", "timezone: account,")
    assert play(account, days=7, customer=east).sends == ["3d 17:00 a"]


@pytest.mark.parametrize(
    ("trigger", "happening", "sends"),
    [
        pytest.param("{api: call}", (0, "call", {}, "api"), 1, id="api"),
        pytest.param("{api: call}", (0, "cell", {}, "api"), 0, id="another api"),
        pytest.param("{form: popup}", (0, "popup", {}, "form"), 1, id="form"),
        pytest.param("{manual: true}", (0, "one", {}, "manual"), 1, id="by hand"),
        pytest.param("{manual: true}", (0, "two", {}, "manual"), 0, id="another chain by hand"),
        pytest.param("{object: deal}", (0, "deal", {"id": 1}, "object"), 1, id="object"),
        pytest.param(
            "{object: deal, change: created}", (0, "deal", {"change": "updated"}, "object"), 0,
            id="object changed otherwise",
        ),
        pytest.param(
            "{object: deal, where: {sum: {gte: 5}}}", (0, "deal", {"sum": 4}, "object"), 0,
            id="object that does not fit",
        ),
        pytest.param(
            "{product: back_in_stock}", (0, "back_in_stock", {}, "product"), 1, id="back in stock"
        ),
        pytest.param(
            "{product: price_drop, of: viewed, at_least: 10%}",
            (0, "price_drop", {"of": "viewed", "drop": 10}, "product"), 1, id="fell by enough",
        ),
        pytest.param(
            "{product: price_drop, of: viewed, at_least: 10%}",
            (0, "price_drop", {"of": "viewed", "drop": 9}, "product"), 0, id="fell too little",
        ),
        pytest.param(
            "{product: price_drop, of: viewed, at_least: 10%}",
            (0, "price_drop", {"of": "viewed"}, "product"), 0, id="fell by nobody knows",
        ),
        pytest.param(
            "{product: low_stock, of: cart}", (0, "low_stock", {"of": "viewed"}, "product"), 0,
            id="not the customer's",
        ),
        pytest.param("{inbound: sms}", (0, "sms", {"text": "hi"}, "inbound"), 1, id="writes"),
        pytest.param(
            "{inbound: sms, keyword: [Stop]}", (0, "sms", {"text": " STOP "}, "inbound"), 1,
            id="keyword",
        ),
        pytest.param(
            "{inbound: sms, keyword: [Stop]}", (0, "sms", {"text": "stop it"}, "inbound"), 0,
            id="more than the keyword",
        ),
    ],
)  # fmt: skip
def test_calls_objects_products_and_words(play, trigger, happening, sends):
    """semantics 6.12, 6.14, 6.15, 6.16"""
    rest = "objects: {deal: {properties: {sum: {type: number}}}}"
    assert len(play(one(trigger, rest=rest), happening).sends) == sends


def test_objects_are_created_updated_and_deleted(play):
    """semantics 6.14"""
    rest = "objects: {deal: {properties: {sum: {type: number}}}}"
    source = one(
        "{object: deal, change: updated}",
        "reentry: always, audience: {related: deal, where: {sum: {gte: 5}}, count: {eq: 1}},",
        rest,
    )
    story = play(
        source,
        (0, "deal", {"id": 1, "sum": 1, "change": "created"}, "object"),
        (1, "deal", {"id": 1, "sum": 7}, "object"),
        (2, "deal", {"id": 1, "change": "deleted"}, "object"),
        (3, "deal", {"id": 2, "change": "deleted"}, "object"),
        (4, "deal", {"id": 2, "sum": 1}, "object"),
    )
    assert story.sends == ["0d 09:01 a"]


def test_a_message_trigger_fires_at_the_first_reaction_to_each_send(play):
    """semantics 6.13"""
    source = """
    chains:
      one: {trigger: go, reentry: always, steps: [{send: a}]}
      two: {trigger: {message: a, reaction: opened}, reentry: always, steps: [{send: b}]}
    """
    twice = [("a", "opened", 5), ("a", "opened", 9), ("a", "clicked", 12)]
    story = play(source, (0, "go"), (60, "go"), reactions=twice)
    assert story.sends == ["0d 09:00 a", "0d 09:05 b", "0d 10:00 a", "0d 10:05 b"]
    click = play(source, (0, "go"), reactions=[("a", "clicked", 5), ("a", "opened", 6)])
    assert click.sends == ["0d 09:00 a", "0d 09:05 b"]


def test_a_message_trigger_may_name_the_link(make):
    """semantics 6.13"""
    from crmspec.semantics.machine import run
    from crmspec.semantics.scenario import Customer, Happening, Reaction, Scenario

    program = make("""
    chains:
      one: {trigger: go, steps: [{send: a}]}
      two:
        trigger: {message: a, reaction: clicked, link: sale}
        reentry: always
        steps: [{send: b}]
    """)
    clicks = [("home", 5), ("sale", 7), ("sale", 9)]
    scenario = Scenario(
        customer=Customer(reachable=frozenset({"email"})),
        start=0,
        until=100,
        happenings=(Happening(moment=0, subject="go"),),
        reactions=tuple(
            Reaction(message="a", reaction="clicked", after=after, link=link)
            for link, after in clicks
        ),
    )
    assert [(e.moment, e.message) for e in run(program, scenario).sends()] == [(0, "a"), (7, "b")]


@pytest.mark.parametrize(
    ("state", "at"),
    [
        pytest.param("entered", "0d 09:00", id="starts"),
        pytest.param("completed", "0d 11:00", id="completes"),
        pytest.param("exited", None, id="does not exit"),
        pytest.param("goal", "0d 10:00", id="reaches its goal"),
    ],
)
def test_a_chain_trigger_fires_with_the_other_chain(play, state, at):
    """semantics 6.17"""
    source = f"""
    goals: {{done: {{event: stop}}}}
    chains:
      other_one: {{trigger: go, goal: done, steps: [{{wait: 2h}}]}}
      one: {{trigger: {{chain: other_one, state: {state}}}, {SEND}}}
    """
    story = play(source, (0, "go"), (60, "stop"))
    assert story.sends == ([] if at is None else [f"{at} a"])


REFUSED = """
segments: {never: {event: nothing}}
events: {nothing: {}}
exclusive: {main: {chains: [rival, one], on_conflict: first}}
chains:
  rival: {trigger: other, steps: [{wait: 9d}]}
  one: {trigger: go, %s steps: [{wait: 1h}]}
"""


@pytest.mark.parametrize(
    ("head", "reasons"),
    [
        pytest.param("status: paused, running: {to: 2026-01-01}", ["status"] * 2, id="status"),
        pytest.param("status: deprecated,", ["status"] * 2, id="deprecated"),
        pytest.param("running: {to: 2027-02-28}, audience: never,", ["running"] * 2, id="period"),
        pytest.param("running: {from: 2027-03-02},", ["running"] * 2, id="not begun"),
        pytest.param("audience: never,", ["audience"] * 2, id="audience"),
        pytest.param("", ["inside"], id="inside"),
        pytest.param("reentry: {mode: always, limit: 1},", ["inside"], id="inside before limit"),
    ],
)
def test_refusals_are_in_the_order_of_the_rules(play, head, reasons):
    """semantics 6.18, 6.23, 6.25, 10.1"""
    head = head and head.rstrip(",") + ","
    story = play(REFUSED % head, (0, "go"), (10, "go"))
    assert [e.reason for e in story.entries("refuse")] == reasons


def test_the_exclusive_group_is_asked_last(play):
    """semantics 6.18, 6.26"""
    story = play(REFUSED % "", (0, "other"), (10, "go"))
    assert [(e.reason, e.rule) for e in story.entries("refuse")] == [("exclusive", "main")]


@pytest.mark.parametrize(
    ("to", "entered"),
    [
        pytest.param("2027-03-01", 1, id="the last day counts"),
        pytest.param("2027-03-01T10:00", 1, id="until a moment"),
        pytest.param("2027-03-01T09:00", 0, id="that moment excluded"),
    ],
)
def test_the_last_day_of_running_counts(play, to, entered):
    """semantics 6.18"""
    source = one("go", f"running: {{from: 2027-03-01, to: '{to}'}},")
    assert len(play(source, (0, "go")).sends) == entered


def test_triggers_are_offered_by_priority_then_id(play):
    """semantics 6.19"""
    source = """
    chains:
      b_low: {trigger: go, priority: 1, steps: [{send: a}]}
      b_mid: {trigger: go, steps: [{send: a}]}
      a_mid: {trigger: go, steps: [{send: a}]}
      z_top: {trigger: go, priority: 99, steps: [{send: a}]}
    """
    entered = [e.chain for e in play(source, (0, "go")).entries("enter")]
    assert entered == ["z_top", "a_mid", "b_mid", "b_low"]


def test_the_audience_is_asked_with_the_state_after_the_event(play):
    """semantics 6.20"""
    source = one("go", "audience: {event: go, count: {eq: 1}},")
    assert play(source, (0, "go")).sends == ["0d 09:00 a"]


RECHECK = """
chains:
  one:
    trigger: go
    audience: {not_event: stop}
    recheck: %s
    steps: [{wait: 1h}, {note: x}, {wait: 1h}, {send: a}]
"""


@pytest.mark.parametrize(
    ("recheck", "sends", "exits"),
    [
        pytest.param("each_send", [], ["0d 11:00 exit one audience"], id="at each send"),
        pytest.param("each_step", [], ["0d 10:00 exit one audience"], id="at each step"),
        pytest.param("entry", ["0d 11:00 a"], [], id="at entry only"),
    ],
)
def test_the_audience_is_asked_again(play, recheck, sends, exits):
    """semantics 6.21"""
    story = play(RECHECK % recheck, (0, "go"), (30, "stop"))
    assert (story.sends, story.of("exit")) == (sends, exits)


@pytest.mark.parametrize(
    ("reentry", "entered"),
    [
        pytest.param("", [0], id="never by default"),
        pytest.param("reentry: never,", [0], id="never"),
        pytest.param("reentry: always,", [0, 1, 2, 3], id="always"),
        pytest.param("reentry: after 2d,", [0, 2], id="after entry"),
        pytest.param("reentry: after_exit 2d,", [0, 3], id="after exit"),
        pytest.param("reentry: {mode: always, limit: 2},", [0, 1], id="at most twice"),
    ],
)
def test_reentry(play, reentry, entered):
    """semantics 6.22, 6.24"""
    source = f"chains: {{one: {{trigger: go, {reentry} steps: [{{wait: 1h}}]}}}}"
    story = play(source, *[(f"{n}d", "go") for n in range(4)])
    assert [(e.moment - story.trace.entries[0].moment) // 1440 for e in story.entries("enter")] == (
        entered
    )


@pytest.mark.parametrize(
    ("reentry", "passages"),
    [
        pytest.param("always", 1, id="one at a time"),
        pytest.param("{mode: always, concurrent: true}", 3, id="at once"),
        pytest.param("{mode: always, key: n}", 2, id="one for each key"),
        pytest.param("{mode: never, key: n}", 2, id="once for each key"),
        pytest.param("{mode: after_exit, after: 1h, concurrent: true}", 1, id="nobody has left"),
    ],
)
def test_concurrent_passages_and_keys(play, reentry, passages):
    """semantics 6.23, 6.24"""
    source = f"chains: {{one: {{trigger: go, reentry: {reentry}, steps: [{{wait: 1d}}]}}}}"
    story = play(source, (0, "go", {"n": 1}), (1, "go", {"n": 1}), (2, "go", {"n": 2}))
    assert len(story.of("enter")) == passages


def test_a_refused_trigger_is_lost(play):
    """semantics 6.25"""
    source = one("go", "audience: {not_event: stop, within: 1h},")
    assert play(source, (0, "stop"), (1, "go")).sends == []


GROUP = """
exclusive: {main: {chains: [one], on_conflict: %s}}
chains:
  one: {trigger: go, priority: %s, steps: [{wait: 1d}]}
  two: {trigger: stop, exclusive: main, steps: [{wait: 1d}]}
"""


@pytest.mark.parametrize(
    ("conflict", "priority", "exits", "refused"),
    [
        pytest.param("priority", 40, ["one"], [], id="the higher takes the place"),
        pytest.param("priority", 50, [], ["two"], id="an equal one does not"),
        pytest.param("first", 40, [], ["two"], id="the first stays"),
        pytest.param("newest", 90, ["one"], [], id="the newest takes the place"),
    ],
)
def test_exclusive_groups(play, conflict, priority, exits, refused):
    """semantics 6.26, 6.27"""
    story = play(GROUP % (conflict, priority), (0, "go"), (60, "stop"))
    assert [e.chain for e in story.entries("exit")] == exits
    assert [e.reason for e in story.entries("exit")] == ["exclusive"] * len(exits)
    assert [e.chain for e in story.entries("refuse")] == refused


def test_a_group_that_only_chains_name_goes_by_priority(play):
    """semantics 6.26, 6.27"""
    source = """
    chains:
      one: {trigger: go, exclusive: some, steps: [{wait: 1d}]}
      two: {trigger: stop, exclusive: some, priority: 51, steps: [{wait: 1d}]}
    """
    story = play(source, (0, "go"), (60, "stop"))
    assert [(e.chain, e.reason) for e in story.entries("exit")] == [("one", "exclusive")]


@pytest.mark.parametrize(
    ("group", "refused"),
    [
        pytest.param("{on_conflict: first}", ["two"], id="a group that lists nobody"),
        pytest.param("{on_conflict: first, chains: [one], status: draft}", [], id="a draft"),
    ],
)
def test_a_group_that_chains_name(play, group, refused):
    """semantics 6.26, 10.1"""
    source = f"""
    exclusive: {{main: {group}}}
    chains:
      one: {{trigger: go, exclusive: main, steps: [{{wait: 1d}}]}}
      two: {{trigger: stop, exclusive: main, priority: 90, steps: [{{wait: 1d}}]}}
    """
    story = play(source, (0, "go"), (60, "stop"))
    assert [e.chain for e in story.entries("refuse")] == refused


HELD_OUT = """
goals: {done: {event: stop}}
exclusive: {main: {chains: [one, two], on_conflict: first}}
chains:
  one: {trigger: go, holdout: %s, goal: done, exit: [other], steps: [{send: a}]}
  two: {trigger: stop, steps: [{send: b}]}
"""


@pytest.mark.parametrize(
    ("holdout", "applies", "sends"),
    [
        pytest.param("100%", True, ["0d 10:00 b"], id="put aside"),
        pytest.param("0%", True, ["0d 09:00 a", "0d 10:00 b"], id="not in the share"),
        pytest.param("100%", False, ["0d 09:00 a", "0d 10:00 b"], id="tests leave it out"),
    ],
)
def test_a_holdout_enters_runs_no_step_counts_goals_and_blocks_nobody(
    play, holdout, applies, sends
):
    """semantics 6.28, 6.30"""
    story = play(HELD_OUT % holdout, (0, "go"), (60, "stop"), (90, "other"), holdouts=applies)
    assert story.sends == sends
    assert len(story.of("enter")) == 2
    assert len(story.of("goal")) == (1 if "a" not in "".join(sends) else 0)


def test_those_held_out_take_nobodys_place(play):
    """semantics 6.28"""
    source = """
    exclusive: {main: {chains: [one, two], on_conflict: newest}}
    chains:
      one: {trigger: go, holdout: 100%, steps: [{wait: 1d}]}
      two: {trigger: stop, steps: [{wait: 1d}]}
    """
    assert play(source, (0, "stop"), (5, "go"), holdouts=True).of("exit") == []


@pytest.mark.parametrize("who", ["anna", "boris", "vera", "gleb", "dasha"])
def test_the_salt_of_a_holdout(play, who):
    """semantics 6.29"""
    source = "chains: {one: {trigger: go, holdout: 50%, steps: [{send: a}]}}"
    held = play(source, (0, "go"), customer={"id": who}, holdouts=True).sends == []
    assert held is is_below(50, "one.holdout", who)
    named_ = source.replace("50%", "{percent: 50%, salt: s}")
    held = play(named_, (0, "go"), customer={"id": who}, holdouts=True).sends == []
    assert held is is_below(50, "s", who)


def test_only_chains_of_the_scenario_live(play):
    source = """
    chains:
      one: {trigger: go, steps: [{send: a}]}
      two: {trigger: go, status: draft, steps: [{send: b}]}
    """
    assert play(source, (0, "go")).sends == ["0d 09:00 a"]
    assert play(source, (0, "go"), chains=frozenset({"two"})).sends == []


JOINED = """
segments: {rich: {attribute: money, gte: 100}, fresh: {segment: rich, joined: {within: 2d}}}
attributes: {money: {type: number}}
chains:
  one: {trigger: go, reentry: always, audience: %s, steps: [{send: a}]}
"""


@pytest.mark.parametrize(
    "audience",
    [
        pytest.param("{segment: rich, joined: {within: 2d}}", id="itself"),
        pytest.param("fresh", id="in a segment"),
        pytest.param("{any: [{segment: rich, joined: {within: 2d}}]}", id="in any"),
        pytest.param("{not: {none: [{segment: rich, joined: {within: 2d}}]}}", id="in none"),
        pytest.param("[{segment: rich, joined: {within: 2d}}]", id="in all"),
    ],
)
def test_since_when_is_known_from_the_history_on(play, audience):
    """semantics 5.24"""
    rich = ("-1d", "money", {"value": 100}, "attribute")
    story = play(JOINED % audience, rich, (0, "go"), ("1d", "go"), ("12h", "go"))
    assert story.sends == ["0d 09:00 a", "0d 21:00 a"]


def test_every_place_where_since_when_is_asked_counts(make):
    from crmspec.semantics.index import Index

    asks = [f"{{segment: s{n}, joined: {{within: 2d}}}}" for n in range(7)]
    source = f"""
    segments: {{{", ".join(f"s{n}: {{event: go}}" for n in range(7))}}}
    messages: {{m: {{channel: email, fallback: {{when: {asks[0]}}}}}}}
    broadcasts:
      n: {{audience: {{include: [s0]}}, message: m, resend: {{after: 1d, to: {asks[1]}}}}}
    chains:
      one:
        trigger: go
        exit: [{{if: {asks[2]}}}]
        steps:
          - {{send: a, only: {asks[3]}}}
          - {{send: a, unless: {asks[4]}}}
          - branch: {{if: {asks[5]}, then: [{{wait_for: {{if: {asks[6]}, timeout: 1d}}}}]}}
    """
    assert Index(make(source)).joined == {f"s{n}" for n in range(7)}


FACTS = {
    "{geo: {country: [ru]}}": ({"place": {"country": "ru"}}, None),
    "{device: {os: ios}}": ({"devices": ({"os": "ios"},)}, None),
    "{related: deal}": ({}, (60, "deal", {"id": 1}, "object")),
    "{suppressed: push}": ({"suppressed": {"push": "manual"}}, (60, "push", {}, "reachable")),
    "{channel: email, received: true}": ({}, (60, "go")),
    "{message: any, received: true}": ({}, (60, "go")),
    "{attribute: level, eq: 1}": ({}, (60, "level", {"value": 1}, "attribute")),
    "{attribute: orders, eq: 1}": ({}, (60, "stop")),
    "{attribute: nobody, eq: 1}": ({}, (60, "nobody", {"value": 1}, "attribute")),
}


@pytest.mark.parametrize("condition", FACTS)
def test_segments_are_asked_when_what_they_read_changes(play, condition):
    """semantics 5.23, 6.5"""
    source = f"""
    objects: {{deal: {{properties: {{}}}}}}
    attributes:
      level: {{type: number, default: 0}}
      orders: {{type: number, computed: {{event: stop, aggregate: count}}}}
    segments: {{it: {condition}, nested: {{any: [it, {{segment: it}}]}}}}
    chains:
      one: {{trigger: go, steps: [{{send: b}}]}}
      two: {{trigger: {{segment: nested}}, steps: [{{note: x}}]}}
      three: {{trigger: {{segment: nested, transition: left}}, steps: [{{note: x}}]}}
    """
    customer, happening = FACTS[condition]
    story = play(source, *([happening] if happening else []), customer=customer)
    turned = [e.chain for e in story.entries("enter") if e.chain != "one"]
    left = condition == "{suppressed: push}"
    assert turned == ([] if happening is None else ["three" if left else "two"])
