"""Sending: the gate (semantics 8.1-8.32)."""

import pytest

from crmspec.semantics.bucket import bucket, is_below


def go(steps="{send: a}, {send: b}", head="", rest=""):
    return f"{rest}\nchains: {{one: {{trigger: go, reentry: always, {head} steps: [{steps}]}}}}"


QUIET = 'quiet_hours: "08:00-12:00",'
CAP = "frequency: {cap: {limits: [1 per 1d]}, rest: {after: stop, for: 2h}}"
NO_MAIL = {"consents": {"mail": "unsubscribed"}}
NO_ADDRESS = {"reachable": frozenset({"sms"})}


@pytest.mark.parametrize(
    ("head", "customer", "before", "reasons"),
    [
        pytest.param(QUIET, {**NO_MAIL, **NO_ADDRESS}, [], ["consent"], id="consent first"),
        pytest.param(QUIET, NO_ADDRESS, [], ["reachability"], id="then reachability"),
        pytest.param(QUIET, {}, [("-1h", "stop")], ["quiet_hours"], id="then quiet hours"),
        pytest.param("", {}, [("-1h", "stop")], ["pause"], id="then pauses"),
        pytest.param("", {}, [], [], id="then caps"),
    ],
)
def test_the_first_question_that_says_no_decides(play, head, customer, before, reasons):
    """semantics 8.1"""
    story = play(go("{send: a}", head, CAP), *before, (0, "go"), customer=customer)
    assert [e.reason for e in story.entries("skip", "defer")] == reasons


def test_the_gate_is_asked_at_the_moment_of_sending(play):
    """semantics 8.2"""
    source = go("{wait: 1h}, {send: a}", "audience: {consent: mail},")
    story = play(source, (0, "go"), (30, "mail", {"status": "unsubscribed"}, "consent"))
    assert story.of("exit") == ["0d 10:00 exit one audience"]
    source = go("{wait: 1h}, {send: a}")
    story = play(source, (0, "go"), (30, "mail", {"status": "unsubscribed"}, "consent"))
    assert story.of("skip") == ["0d 10:00 skip a consent"]
    assert story.entries("skip")[0].rule == "mail"


@pytest.mark.parametrize(
    ("then", "kinds"),
    [
        pytest.param("skip", ["skip", "send"], id="skip"),
        pytest.param("exit", ["exit"], id="exit"),
    ],
)
def test_a_fallback_is_asked_before_the_gate(play, then, kinds):
    """semantics 8.3"""
    rest = f"messages: {{d: {{channel: email, fallback: {{when: {{event: stop}}, then: {then}}}}}}}"
    source = go("{send: d}, {send: b}", rest=rest)
    story = play(source, ("-1h", "stop"), (0, "go"))
    assert [e.kind for e in story.entries("skip", "send", "exit")] == kinds
    assert story.entries("skip", "exit")[0].reason == "fallback"
    assert len(play(source, (0, "go")).sends) == 2


def test_a_send_that_is_skipped_lets_the_passage_go_on_at_once(play):
    """semantics 8.4"""
    source = go("{id: s, send: a}, {send: c, only: {step: s, outcome: skipped}}")
    assert play(source, (0, "go"), customer=NO_MAIL).sends == ["0d 09:00 c"]


HOLDOUT = """
experiments:
  control: {type: holdout, percent: %s, %s exclude: {categories: [service]}}
messages: {s: {channel: email, category: service}}
"""


@pytest.mark.parametrize("who", ["anna", "boris", "vera", "gleb", "dasha"])
@pytest.mark.parametrize(
    ("head", "salt"),
    [
        pytest.param("", "control", id="its id"),
        pytest.param("salt: x,", "x", id="its salt"),
        pytest.param("rotate: 30d,", "rotating", id="rotating"),
    ],
)
def test_a_holdout_skips_all_but_what_it_excludes(play, who, head, salt):
    """semantics 8.5"""
    source = go("{send: a}, {send: s}", rest=HOLDOUT % ("50%", head))
    story = play(source, (0, "go"), customer={"id": who}, holdouts=True)
    if head.startswith("rotate"):
        salt = f"control.{story.trace.entries[0].moment // (30 * 1440)}"
    sent = ["s"] if is_below(50, salt, who) else ["a", "s"]
    assert [e.message for e in story.trace.sends()] == sent
    assert len(play(source, (0, "go"), customer={"id": who}).sends) == 2


def test_a_holdout_without_a_share_holds_nobody(play):
    """semantics 8.5"""
    source = go("{send: a}", rest="experiments: {control: {type: holdout}}")
    assert len(play(source, (0, "go"), holdouts=True).sends) == 1


PERMITS = """
channels: {site: {type: onsite}}
consents: {extra: {topics: [sale]}}
messages:
  m1: {channel: site, text: T}
  m2: {channel: site, text: T, category: service}
  m3: {channel: site, text: T, category: transactional}
  m4: {channel: site, text: T, consent: extra}
  m5: {channel: email, subject: T, topic: sale}
  m6: {channel: site, text: T, consent: extra, topic: sale}
"""


@pytest.mark.parametrize(
    ("message", "consents", "sent"),
    [
        pytest.param("m1", {}, False, id="marketing that no consent covers"),
        pytest.param("m2", {}, True, id="service"),
        pytest.param("m3", {}, True, id="transactional"),
        pytest.param("m4", {}, False, id="its own consent is missing"),
        pytest.param("m4", {"extra": "opted_in"}, True, id="its own consent is given"),
        pytest.param("m5", {}, True, id="the channel's"),
        pytest.param("m5", {"mail.sale": "unsubscribed"}, False, id="the topic is refused"),
        pytest.param("m6", {"extra.sale": "subscribed"}, True, id="the topic is given"),
    ],
)
def test_consent(play, message, consents, sent):
    """semantics 8.6"""
    who = {"consents": consents, "reachable": frozenset({"site", "email"})}
    story = play(go(f"{{send: {message}}}", rest=PERMITS), (0, "go"), customer=who)
    assert bool(story.sends) is sent
    assert [e.reason for e in story.entries("skip")] == ([] if sent else ["consent"])


def test_reachability(play):
    """semantics 8.7"""
    assert play(go(), (0, "go"), customer=NO_ADDRESS).of("skip") == [
        "0d 09:00 skip a reachability",
        "0d 09:00 skip b reachability",
    ]
    who = {"suppressed": {"email": "complaint"}}
    assert play(go(), (0, "go"), customer=who).sends == []


CHANNEL_QUIET = "channels: {email: {type: email, consent: mail, quiet_hours: '11:00-13:00'}}"


@pytest.mark.parametrize(
    ("head", "sends"),
    [
        pytest.param("", ["0d 09:00 a"], id="outside the channel's"),
        pytest.param('quiet_hours: "08:00-10:00",', ["0d 10:00 a"], id="the chain's"),
        pytest.param('quiet_hours: "08:00-12:00",', ["0d 13:00 a"], id="both, one after another"),
    ],
)
def test_quiet_hours_of_chain_and_channel_hold_together(play, head, sends):
    """semantics 8.8"""
    assert play(go("{send: a}", head, CHANNEL_QUIET), (0, "go")).sends == sends


def test_the_projects_default_holds_where_the_chain_says_nothing(play):
    """semantics 8.8"""
    project = "project: shop\ntimezone: Europe/Moscow\n"
    rest = project + 'defaults: {chain: {quiet_hours: "08:00-10:00"}}'
    assert play(go("{send: a}", rest=rest), (0, "go")).sends == ["0d 10:00 a"]
    assert play(go("{send: a}", 'quiet_hours: "01:00-02:00",', rest), (0, "go")).sends == [
        "0d 09:00 a"
    ]


@pytest.mark.parametrize(
    ("body", "sends", "exits"),
    [
        pytest.param("", ["0d 12:00 a", "0d 12:00 b"], [], id="the next allowed minute"),
        pytest.param("ttl: 3h", ["0d 12:00 a", "0d 12:00 b"], [], id="just in time"),
        pytest.param("ttl: 2h", ["0d 12:00 b"], [], id="too late for the first"),
        pytest.param("fallback: skip", [], [], id="skip"),
        pytest.param("fallback: exit", [], ["0d 09:00 exit one quiet_hours"], id="exit"),
    ],
)
def test_what_becomes_of_a_send_in_quiet_hours(play, body, sends, exits):
    """semantics 8.9, 8.21"""
    source = go(head=f'quiet_hours: {{from: "08:00", to: "12:00", {body}}},')
    story = play(source, (0, "go"))
    assert (story.sends, story.of("exit")) == (sends, exits)
    if body == "ttl: 2h":
        assert story.of("skip") == ["0d 11:00 skip a ttl"]


@pytest.mark.parametrize(
    ("hours", "at", "sent"),
    [
        pytest.param('{from: "22:00", to: "08:00"}', 23 * 60, "1d 08:00", id="over midnight"),
        pytest.param('{from: "22:00", to: "08:00"}', 31 * 60, "1d 08:00", id="in the morning"),
        pytest.param('{from: "22:00", to: "08:00"}', 8 * 60, "0d 08:00", id="the end is free"),
        pytest.param(
            '{from: "22:00", to: "08:00", weekdays: [mon]}', 31 * 60, "1d 08:00", id="of monday"
        ),
        pytest.param(
            '{from: "22:00", to: "08:00", weekdays: [tue]}', 31 * 60, "1d 07:00", id="of tuesday"
        ),
        pytest.param(
            '{from: "09:00", to: "09:00", weekdays: [mon]}', 10 * 60, "1d 09:00", id="a whole day"
        ),
        pytest.param('{from: "09:00", to: "12:00", timezone: UTC}', 780, "0d 15:00", id="zone"),
    ],
)
def test_quiet_hours_belong_to_the_day_on_which_they_begin(play, hours, at, sent):
    """semantics 8.10"""
    source = go("{send: a}", f"quiet_hours: {hours},")
    assert play(source, (at, "go"), start="2027-03-01T00:00").sends == [f"{sent} a"]


@pytest.mark.parametrize(
    ("day", "sent"),
    [
        pytest.param("2027-03-28", "0d 08:00", id="clocks go forward"),
        pytest.param("2027-10-31", "0d 08:00", id="clocks go back"),
    ],
)
def test_quiet_hours_end_by_the_wall_clock(play, day, sent):
    """semantics 8.10, 2.7"""
    source = go("{send: a}", 'quiet_hours: "22:00-08:00",')
    berlin = {"timezone": "Europe/Berlin"}
    assert play(source, (60, "go"), start=day, customer=berlin).sends == [f"{sent} a"]


def test_quiet_hours_without_an_end_hold_for_ever(play):
    """semantics 8.9"""
    source = go("{send: a}", 'quiet_hours: "00:00-24:00",')
    story = play(source, (0, "go"), days=50)
    assert story.sends == []
    assert [entry.until for entry in story.entries("defer")] == [None]


REST = """
frequency:
  rest: {after: {event: stop, where: {n: 1}}, block: {channels: [email]}, for: 2h, %s}
"""


@pytest.mark.parametrize(
    ("body", "before", "sends"),
    [
        pytest.param("", [("-1h", "stop", {"n": 1})], ["c"], id="blocked"),
        pytest.param("", [("-2h", "stop", {"n": 1})], ["a", "c"], id="over"),
        pytest.param("", [("-1h", "stop", {"n": 2})], ["a", "c"], id="another event"),
        pytest.param("", [("-9h", "other")], ["a", "c"], id="no event"),
        pytest.param("exceed: delay", [("-1h", "stop", {"n": 1})], ["a", "c"], id="delayed"),
        pytest.param("exceed: exit", [("-1h", "stop", {"n": 1})], [], id="ends the passage"),
        pytest.param(
            "bypass: {messages: [a]}", [("-1h", "stop", {"n": 1})], ["a", "c"], id="bypass"
        ),
    ],
)
def test_pauses(play, body, before, sends):
    """semantics 8.11, 8.22"""
    story = play(go("{send: a}, {send: c}", rest=REST % body), *before, (0, "go"))
    assert [e.message for e in story.trace.sends()] == sends


def test_a_pause_without_a_length_or_scope(play):
    """semantics 8.11"""
    rest = "frequency: {rest: {after: stop}}"
    assert len(play(go(rest=rest), ("-1h", "stop"), (0, "go")).sends) == 2
    rest = "frequency: {rest: {after: stop, for: 1d}}"
    assert play(go(rest=rest), ("-1h", "stop"), (0, "go")).sends == []


def limit(body):
    return f"frequency: {{cap: {{{body}}}}}"


SENDS = "{send: a}, {send: b}, {send: c}"


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        pytest.param("limits: [2 per 1d]", "ab", id="two a day"),
        pytest.param("limits: [2 per 1d, 1 per 7d]", "a", id="all limits hold"),
        pytest.param("limits: [0 per 1d]", "", id="none"),
        pytest.param("limits: [1 per 1d], applies_to: {channels: [email]}", "ac", id="channels"),
        pytest.param("limits: [1 per 1d], applies_to: {messages: [b]}", "abc", id="messages"),
        pytest.param("limits: [1 per 1d], applies_to: {chains: [two]}", "abc", id="chains"),
        pytest.param("limits: [1 per 1d], applies_to: {chains: [one]}", "a", id="this chain"),
        pytest.param(
            "limits: [1 per 1d], applies_to: {categories: [service]}", "abc", id="category"
        ),
        pytest.param("limits: [1 per 1d], applies_to: {topics: [sale]}", "abc", id="topics"),
        pytest.param("limits: [1 per 1d], applies_to: {tags: [promo]}", "abc", id="tags"),
        pytest.param(
            "limits: [1 per 1d], applies_to: {channels: [email], messages: [c]}", "abc", id="both"
        ),
        pytest.param("limits: [1 per 1d], bypass: {messages: [a, b]}", "abc", id="bypass, 8.22"),
        pytest.param("limits: [1 per 1d], status: draft", "abc", id="a draft"),
        pytest.param("min_gap: 1h", "a", id="a gap, 8.18"),
    ],
)
def test_caps_and_scopes(play, body, sent):
    """semantics 8.12, 8.13, 8.18, 8.22"""
    story = play(go(SENDS, rest=limit(body)), (0, "go"))
    assert "".join(e.message for e in story.trace.sends()) == sent


def test_a_cap_says_which_rule_and_what_it_counted(play):
    """semantics 8.12"""
    story = play(go(rest=limit("limits: [1 per 1d]")), (0, "go"))
    (skip,) = story.entries("skip")
    assert (skip.rule, skip.count, skip.limit, skip.reason) == ("cap", 1, 1, "cap")


NAMED = """
frequency:
  strict: {applies_to: {messages: [c]}, limits: [1 per 1d]}
chains:
  one: {trigger: go, frequency: [strict], steps: [{send: a}, {send: b}]}
  two: {trigger: go, priority: 1, steps: [{send: a}, {send: c}]}
"""


def test_a_rule_named_by_a_chain_holds_for_all_its_messages(play):
    """semantics 8.14"""
    assert play(NAMED, (0, "go")).sends == ["0d 09:00 a", "0d 09:00 a"]


STRICT = """
frequency:
  r1: {limits: [1 per 1d], exceed: delay}
  r2: {limits: [1 per 1d], exceed: %s}
"""


@pytest.mark.parametrize(
    ("exceed", "kinds"),
    [
        pytest.param("exit", ["send", "exit"], id="exit beats delay"),
        pytest.param("skip", ["send", "skip", "complete"], id="skip beats delay"),
        pytest.param("delay", ["send", "defer", "send", "complete"], id="both delay"),
    ],
)
def test_the_strictest_rule_decides(play, exceed, kinds):
    """semantics 8.15, 8.19"""
    story = play(go(rest=STRICT % exceed), (0, "go"))
    assert [e.kind for e in story.entries("send", "skip", "defer", "exit", "complete")] == kinds
    assert [e.reason for e in story.entries("exit")] == ["frequency"] * (exceed == "exit")


@pytest.mark.parametrize(
    ("body", "minute", "sends"),
    [
        pytest.param("limits: [1 per 1d]", "23h 59m", 1, id="rolling, a minute early"),
        pytest.param("limits: [1 per 1d]", "24h", 2, id="rolling, a day later"),
        pytest.param("limits: [1 per 1d], window: calendar", "14h 59m", 1, id="the same day"),
        pytest.param("limits: [1 per 1d], window: calendar", "15h", 2, id="the next day"),
        pytest.param(
            "limits: [1 per 1d], window: calendar, timezone: UTC", "15h", 1, id="not yet in UTC"
        ),
        pytest.param("limits: [1 per 7d], window: calendar", "6d", 1, id="the same week"),
        pytest.param("limits: [1 per 1w], window: calendar", "6d 15h", 2, id="the next week"),
        pytest.param("limits: [1 per 1mo], window: calendar", "29d", 1, id="the same month"),
        pytest.param("limits: [1 per 1mo], window: calendar", "30d 15h", 2, id="the next month"),
        pytest.param("limits: [1 per 1mo]", "31d", 2, id="a rolling month"),
    ],
)
def test_windows(play, body, minute, sends):
    """semantics 8.16"""
    story = play(go("{send: a}", rest=limit(body)), (0, "go"), (minute, "go"), days=40)
    assert len(story.sends) == sends


def test_counting_uses_committed_sends(play):
    """semantics 8.17"""
    source = go("{send: a}, {wait: 1h}, {send: b}", rest=limit("limits: [1 per 1d]"))
    story = play(source, (0, "go"), reactions=[("a", "bounced", 5)])
    assert story.sends == ["0d 09:00 a"]
    unsent = {"consents": {"mail": "unsubscribed"}}
    source = go("{send: a}, {send: c}", rest=limit("limits: [1 per 1d]"))
    assert play(source, (0, "go"), customer=unsent).sends == ["0d 09:00 c"]


@pytest.mark.parametrize(
    ("wait", "sent"),
    [pytest.param("59m", False, id="too soon"), pytest.param("1h", True, id="far enough")],
)
def test_a_gap_is_a_limit_on_distance(play, wait, sent):
    """semantics 8.18"""
    source = go(f"{{send: a}}, {{wait: {wait}}}, {{send: b}}", rest=limit("min_gap: 1h"))
    story = play(source, (0, "go"))
    assert len(story.sends) == 1 + sent
    assert [e.reason for e in story.entries("skip")] == ["gap"] * (not sent)


@pytest.mark.parametrize(
    ("body", "sends", "skips"),
    [
        pytest.param("limits: [1 per 1d], exceed: delay", ["1d 09:00 b"], [], id="rolling"),
        pytest.param(
            "limits: [1 per 1d], exceed: delay, window: calendar", ["1d 00:00 b"], [], id="day"
        ),
        pytest.param("limits: [1 per 1w], exceed: delay", [], ["3d 09:00 skip b ttl"], id="3 days"),
        pytest.param("limits: [1 per 1w], exceed: delay, ttl: 8d", ["7d 09:00 b"], [], id="ttl"),
        pytest.param(
            "limits: [1 per 1d], exceed: delay, ttl: 2h", [], ["0d 11:00 skip b ttl"], id="short"
        ),
        pytest.param("min_gap: 5h, exceed: delay", ["0d 14:00 b"], [], id="a gap"),
        pytest.param("limits: [0 per 1d], exceed: delay", [], [], id="never"),
    ],
)
def test_delay_waits_for_the_first_minute_that_passes(play, body, sends, skips):
    """semantics 8.19, 8.21"""
    story = play(go(rest=limit(body)), (0, "go"))
    if "[0 per" not in body:
        assert (story.sends[1:], story.of("skip")) == (sends, skips)
    else:
        assert story.of("skip") == ["3d 09:00 skip a ttl", "6d 09:00 skip b ttl"]


YIELD = """
frequency: {cap: {limits: [1 per 1d], window: %s, exceed: yield, applies_to: {channels: [email]}}}
chains:
  low: {trigger: go, priority: 10, steps: [{send: a}]}
  top: {trigger: go, priority: %s, steps: [{wait: %s}, %s]}
"""


@pytest.mark.parametrize(
    ("window", "priority", "wait", "step", "sent"),
    [
        pytest.param("rolling", 90, "2h", "{send: b}", "b", id="a higher one comes soon"),
        pytest.param("rolling", 90, "2h", "{send: [b, c]}", "b", id="one of several"),
        pytest.param("rolling", 10, "2h", "{send: b}", "a", id="it is not higher"),
        pytest.param("rolling", 90, "1d", "{send: b}", "ab", id="it comes after the window"),
        pytest.param("rolling", 90, "2h", "{send: c}", "ac", id="it is not counted"),
        pytest.param("rolling", 90, "2h", "{note: x}", "a", id="it sends nothing"),
        pytest.param("calendar", 90, "2h", "{send: b}", "b", id="in the same day"),
        pytest.param("calendar", 90, "16h", "{send: b}", "ab", id="on the next day"),
    ],
)
def test_yield_gives_the_last_place_to_a_higher_passage(  # noqa: PLR0917 - a table
    play, window, priority, wait, step, sent
):
    """semantics 8.20"""
    story = play(YIELD % (window, priority, wait, step), (0, "go"))
    assert "".join(e.message for e in story.trace.sends()) == sent


def test_yield_skips_when_the_limit_is_full(play):
    """semantics 8.20"""
    source = go(rest=limit("limits: [1 per 1d], exceed: yield"))
    assert play(source, (0, "go")).sends == ["0d 09:00 a"]
    source = go("{send: a}", rest=limit("limits: [2 per 1d], exceed: yield"))
    assert play(source, (0, "go")).sends == ["0d 09:00 a"]


def test_a_send_that_waited_asks_everything_again(play):
    """semantics 8.21"""
    source = go("{send: a}", QUIET)
    withdrawn = (60, "mail", {"status": "unsubscribed"}, "consent")
    assert play(source, (0, "go"), withdrawn).of("skip") == ["0d 12:00 skip a consent"]
    audience = go("{send: a}", QUIET + "audience: {not_event: stop},")
    assert play(audience, (0, "go"), (60, "stop")).of("exit") == ["0d 12:00 exit one audience"]


CATEGORIES = """
messages:
  t: {channel: email, category: transactional}
  s: {channel: email, category: service}
frequency: {cap: {limits: [1 per 1d], %s}, rest: {after: stop, for: 1d, %s}}
"""


@pytest.mark.parametrize(
    ("scope", "block", "steps", "sent"),
    [
        pytest.param("", "", "{send: t}, {send: t}, {send: a}", "tta", id="not held, not counted"),
        pytest.param(
            "applies_to: {categories: [transactional, marketing]}",
            "",
            "{send: t}, {send: a}",
            "t",
            id="counted by name",
        ),
        pytest.param("", "", "{send: s}, {send: s}", "s", id="service is held by caps"),
        pytest.param(
            "applies_to: {categories: [marketing]}", "", "{send: s}, {send: s}", "ss", id="left out"
        ),
    ],
)
def test_transactional_and_service_messages(play, scope, block, steps, sent):
    """semantics 8.24, 8.25"""
    story = play(go(steps, rest=CATEGORIES % (scope, block)), (0, "go"))
    assert "".join(e.message for e in story.trace.sends()) == sent


def test_quiet_hours_and_pauses_by_category(play):
    """semantics 8.24, 8.25"""
    rest = CATEGORIES % ("status: draft", "block: {categories: [marketing]}")
    story = play(go("{send: t}, {send: s}", QUIET, rest), ("-1h", "stop"), (0, "go"))
    assert story.sends == ["0d 09:00 t", "0d 12:00 s"]
    rest = CATEGORIES % ("status: draft", "")
    story = play(go("{send: t}, {send: s}", rest=rest), ("-1h", "stop"), (0, "go"))
    assert story.sends == ["0d 09:00 t"]


def test_the_log_holds_what_is_committed_whatever_the_channel_does(play):
    """semantics 8.23"""
    source = go("{send: a}, {wait: 1h}, {send: b, only: {message: a, received: true}}")
    story = play(source, (0, "go"), reactions=[("a", "bounced", 1)])
    assert story.sends == ["0d 09:00 a", "0d 10:00 b"]
    assert story.of("reaction") == ["0d 09:01 reaction a bounced"]


GROUPS = """
channels:
  email: {type: email, consent: mail, cost: {amount: 0.1, currency: RUB}}
  sms: {type: sms, consent: texts, cost: {amount: 3, currency: RUB}}
channel_groups: {loud: {order: [sms, push], choose: %s}}
"""


@pytest.mark.parametrize(
    ("send", "customer", "sent"),
    [
        pytest.param("[a, c]", {}, "a", id="the first"),
        pytest.param("[a, c]", {"reachable": frozenset({"sms"})}, "c", id="that can be reached"),
        pytest.param("[a, c]", {"consents": {"mail": "unsubscribed"}}, "c", id="that is allowed"),
        pytest.param("[a, c]", {"reachable": frozenset()}, "", id="none, 8.29"),
        pytest.param("{messages: [a, p, c], group: loud}", {}, "c", id="the group's order, 8.27"),
        pytest.param("{messages: [a, c], choose: all}", {}, "ac", id="all, 8.28"),
        pytest.param("{messages: [c, a, p], choose: cheapest}", {}, "p", id="no cost is 0, 8.28"),
        pytest.param("{messages: [c, a], choose: cheapest}", {}, "a", id="cheapest, 8.28"),
        pytest.param("{messages: [a, c], choose: preferred}", {}, "a", id="never clicked, 8.28"),
    ],
)
def test_the_choice_of_a_message(play, send, customer, sent):
    """semantics 8.26, 8.27, 8.28, 8.29"""
    source = go(f"{{id: s, send: {send}}}", rest=GROUPS % "first_reachable")
    story = play(source, (0, "go"), customer=customer)
    assert "".join(e.message for e in story.trace.sends()) == sent
    if not sent:
        assert [e.reason for e in story.entries("skip")] == ["no_message", "no_message"]


def test_the_group_chooses_unless_the_step_does(play):
    """semantics 8.27"""
    rest = GROUPS % "all"
    step = "{send: {messages: [p, c], group: loud%s}}"
    assert play(go(step % "", rest=rest), (0, "go")).sends == ["0d 09:00 c", "0d 09:00 p"]
    own = go(step % ", choose: cheapest", rest=rest)
    assert play(own, (0, "go")).sends == ["0d 09:00 p"]


def test_preferred_is_the_channel_of_the_latest_click(play):
    """semantics 8.28"""
    source = go("{send: c}, {wait: 1h}, {send: {messages: [a, c], choose: preferred}}")
    story = play(source, (0, "go"), reactions=[("c", "clicked", 5)])
    assert story.sends == ["0d 09:00 c", "0d 10:00 c"]


def test_what_comes_later_in_the_gate_does_not_change_the_choice(play):
    """semantics 8.26"""
    rest = limit("limits: [0 per 1d], applies_to: {channels: [email]}")
    story = play(go("{send: [a, c]}", rest=rest), (0, "go"))
    assert story.of("send", "skip") == ["0d 09:00 skip a cap"]


def test_the_ttl_of_a_message_does_not_hold_the_passage(play):
    """semantics 8.30"""
    rest = "messages: {d: {channel: email, ttl: 1h}}"
    source = go("{send: d}, {send: b}", QUIET, rest)
    assert play(source, (0, "go")).sends == ["0d 12:00 d", "0d 12:00 b"]


@pytest.mark.parametrize("who", ["anna", "boris", "vera", "gleb"])
def test_a_variant_under_test_is_chosen_when_the_message_is_sent(play, who):
    """semantics 8.31"""
    rest = """
experiments:
  words:
    applies_to: {message: a, field: subject}
    variants: {x: {weight: 50}, y: {weight: 50, subject: S}}
"""
    story = play(go(rest=rest), (0, "go"), customer={"id": who})
    variant = "x" if bucket("words", who) < 5000 else "y"
    assert [e.data for e in story.trace.sends()] == [{"variant": variant}, {}]


def test_a_variant_lends_the_content_of_a_message(play):
    """semantics 8.42"""
    rest = """
experiments:
  words: {applies_to: {message: a, field: message}, variants: {y: {weight: 100, message: b}}}
frequency: {once: {limits: [1 per 1d], applies_to: {messages: [a]}}}
"""
    story = play(go("{send: a}, {send: b}, {send: a}", rest=rest), (0, "go"))
    assert story.sends == ["0d 09:00 a", "0d 09:00 b"]
    assert [e.data for e in story.trace.sends()] == [{"variant": "y"}, {}]


def test_onsite_messages_are_committed_when_handed_over(play):
    """semantics 8.32"""
    rest = """
channels: {site: {type: onsite}}
messages: {w: {channel: site, text: T, category: service}}
"""
    who = {"reachable": frozenset({"site"})}
    source = go("{send: w}", rest=rest)
    assert play(source, (0, "go"), customer=who).sends == ["0d 09:00 w"]


def test_a_message_nobody_declared_is_not_sent(play):
    assert play(go("{send: nobody}, {send: a}"), (0, "go")).sends == ["0d 09:00 a"]
