"""Overload that begins with broadcasts: alone, together, and beside chains."""

from textwrap import dedent

import pytest

from crmspec.diagnostics.evidence import Verdict
from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.proof import proofs
from crmspec.rules import cap_leak, frequency_overload, priority_inversion

BASE = """
project: shop
timezone: {zone}
events: {{bought: {{}}, added: {{}}, viewed: {{}}}}
attributes: {{sex: {{type: enum, values: [m, f], mutability: immutable}}}}
consents: {{mail_ok: {{channel: email}}}}
channels: {{email: {{type: email, consent: mail_ok}}}}
messages:
  a: {{channel: email, subject: S, body: B}}
  b: {{channel: email, subject: S, body: B}}
  c: {{channel: email, subject: S, body: B}}
  d: {{channel: email, subject: S, body: B}}
segments:
  readers: {{all: [{{consent: mail_ok}}, {{not: {{event: bought, within: 30d}}}}]}}
  men: {{attribute: sex, eq: m}}
  women: {{attribute: sex, eq: f}}
"""
CALENDAR = ", window: calendar"
FIRST, SECOND, THIRD = "at: 2026-12-01T10:00", "at: 2026-12-01T18:00", "at: 2026-12-02T09:00"
FAR = "at: 2026-12-09T10:00"
THURSDAY = "repeat: {rrule: FREQ=WEEKLY;BYDAY=TH, at: '12:00'}"
TUESDAY = THURSDAY.replace("TH,", "TU,")
DAILY = "repeat: {rrule: FREQ=DAILY, at: '12:00'}"


def cap(limit, more=""):
    return f"frequency: {{cap: {{applies_to: {{channels: [email]}}, limits: [{limit}]{more}}}}}"


def mailing(*bodies, to="readers"):
    """Broadcasts `m_a`, `m_b` … of the letters a, b …"""
    made = (
        f"m_{letter}: {{message: {letter}, "
        + ("" if "audience" in body else f"audience: {{include: [{to}]}}, ")
        + f"{body}}}"
        for letter, body in zip("abcd", bodies, strict=False)
    )
    return f"broadcasts: {{{', '.join(made)}}}"


def chain(*steps, more=""):
    inside = ", ".join(f"{{{one}}}" for one in steps)
    return f"chains: {{x: {{trigger: added, {more} steps: [{inside}]}}}}"


def portfolio(*sources, zone="Europe/Moscow"):
    whole = (BASE.format(zone=zone), *sources)
    results = [read(f"{n}.yaml", dedent(one).encode()) for n, one in enumerate(whole)]
    assert not [one for result in results for one in result.diagnostics]
    return Portfolio(build(document for result in results for document in result.documents))


def due(count, window="1 day", limit=1):
    return f"can be due {count} messages within {window}; `cap` lets {limit} through"


OVERLOADS = [
    pytest.param((cap("1 per 1d"), mailing(FIRST, SECOND)), "`m_a` and `m_b`", due(2), id="a day"),
    pytest.param(
        (cap("2 per 2d"), mailing(FIRST, SECOND, THIRD)),
        "`m_a`, `m_b` and `m_c`",
        due(3, "2 days", 2),
        id="three broadcasts",
    ),
    pytest.param(
        (cap("1 per 7d"), mailing(THURSDAY, TUESDAY)),
        "`m_b` and `m_a`",
        due(2, "7 days"),
        id="two days of every week",
    ),
    pytest.param(
        (cap("1 per 1d"), mailing(THURSDAY, "at: 2029-07-05T10:00")),
        "`m_b` and `m_a`",
        due(2),
        id="one of them on a day of the other, years ahead",
    ),
    pytest.param((cap("3 per 7d"), mailing(DAILY)), "`m_a`", due(4, "7 days", 3), id="each day"),
    pytest.param(
        (
            cap("1 per 7d"),
            mailing(f"{FIRST}, resend: {{after: 2d, to: {{message: a, opened: false}}}}"),
        ),
        "`m_a`",
        due(2, "7 days"),
        id="a second try",
    ),
    pytest.param(
        (cap("1 per 1d"), mailing(THURSDAY), chain("wait: 1d", "send: b")),
        "`x` and `m_a`",
        due(2),
        id="a chain on the day of a broadcast",
    ),
    pytest.param(
        (cap("2 per 1d"), mailing(THURSDAY), chain("send: b", "wait: 2h", "send: c")),
        "`x` and `m_a`",
        due(3, limit=2),
        id="a chain of two messages",
    ),
    pytest.param(
        (cap("2 per 1d"), mailing(FIRST, SECOND), chain("send: c")),
        "`x`, `m_a` and `m_b`",
        due(3, limit=2),
        id="a chain and two broadcasts",
    ),
    pytest.param(
        (
            cap("2 per 1d"),
            mailing(FIRST),
            (
                "chains: {x: {trigger: added, steps: [{send: b}]},"
                " y: {trigger: viewed, steps: [{send: c}]}}"
            ),
        ),
        "`x`, `y` and `m_a`",
        due(3, limit=2),
        id="two chains and a broadcast",
    ),
    pytest.param(
        (
            cap("1 per 1d"),
            mailing(f"{FIRST}, audience: {{include: [readers], exclude: [busy]}}"),
            "segments: {busy: {in_chain: x}}",
            chain("send: b", "wait: 10m"),
        ),
        "`x` and `m_a`",
        due(2),
        id="a chain that is over when the broadcast goes out",
    ),
    pytest.param(
        (cap("1 per 1d", ", exceed: delay, ttl: 1h"), mailing(FIRST, SECOND)),
        "`m_a` and `m_b`",
        due(2),
        id="a message that waits in vain",
    ),
]


@pytest.mark.parametrize(("sources", "who", "words"), OVERLOADS)
def test_broadcasts_make_messages_get_lost(sources, who, words):
    whole = portfolio(*sources)
    [found] = frequency_overload.check(whole)
    assert found.message.english() == f"one customer of {who} {words}"
    assert found.evidence.verdict is Verdict.VIOLATED
    assert found.evidence.test is not None
    assert found.help
    assert not list(priority_inversion.check(whole))


FINE = [
    pytest.param((cap("2 per 1d"), mailing(FIRST, SECOND)), id="room for both"),
    pytest.param((cap("1 per 1d"), mailing(FIRST, FAR)), id="a week apart"),
    pytest.param((cap("1 per 7d"), mailing(THURSDAY + ", timezone: account")), id="once a week"),
    pytest.param(
        (cap("1 per 1d"), mailing(THURSDAY), chain("send: b", more="status: draft,")),
        id="a draft of a chain",
    ),
    pytest.param((cap("1 per 1d"), mailing(FIRST, SECOND + ", status: draft")), id="a draft"),
    pytest.param(
        (cap("1 per 7d"), mailing(f"{FIRST}, resend: {{after: 8d}}")), id="a late second try"
    ),
    pytest.param(
        (cap("2 per 2d"), mailing(FIRST, FAR), chain("send: b")), id="only one of them near"
    ),
]


@pytest.mark.parametrize("sources", FINE)
def test_broadcasts_that_leave_room(sources):
    whole = portfolio(*sources)
    assert not list(frequency_overload.check(whole))
    assert any("never has to hold" in one.english() for one in proofs(whole))


def test_customers_of_one_broadcast_get_no_other():
    """It is not proved, for nothing is known of who gets broadcasts; but nobody is found."""
    one, other = (f"audience: {{include: [{who}]}}" for who in ("men", "women"))
    whole = portfolio(cap("1 per 1d"), mailing(f"{one}, {FIRST}", f"{other}, {SECOND}"))
    assert not list(frequency_overload.check(whole))


def test_a_broadcast_that_is_spread_over_hours():
    whole = portfolio(cap("1 per 1d"), mailing(f"{FIRST}, throttle: 10%/h", SECOND))
    [found] = frequency_overload.check(whole)
    assert set(found.evidence.chains) == {"m_a", "m_b"}


def test_a_second_try_meets_a_chain():
    """The first try lies outside the window, but without it there is no second."""
    whole = portfolio(cap("1 per 1d"), mailing(f"{FIRST}, resend: {{after: 9d}}"), chain("send: b"))
    assert list(frequency_overload.check(whole))


def test_a_pause_between_broadcasts():
    pause = "frequency: {gap: {min_gap: 12h}}"
    [found] = frequency_overload.check(portfolio(pause, mailing(FIRST, SECOND)))
    assert found.message.english() == (
        "one customer of `m_a` and `m_b` can be due 2 messages within 12 hours, between which"
        " `gap` wants a pause: one gets lost"
    )
    assert found.label.text.english() == "the customer gets this broadcast"


def test_broadcasts_that_nothing_limits():
    times = [f"at: 2026-12-01T{hour}:00" for hour in ("08", "10", "12", "14")]
    whole = portfolio(mailing(*times), chain("send: a"))
    [found] = frequency_overload.check(whole)
    assert found.message.english().endswith(
        "can get 5 marketing messages in 24 hours: nothing limits them"
    )
    assert {"x", "m_a"} < set(found.evidence.chains)


def test_the_more_important_chain_loses_to_a_broadcast():
    whole = portfolio(
        cap("1 per 1d"),
        mailing(THURSDAY + ", priority: 20"),
        chain("send: b", more="priority: 10,"),
    )
    assert [one.code.id for one in frequency_overload.check(whole)] == ["CRM302"]
    whole = portfolio(
        cap("1 per 7d"),
        mailing(f"{FIRST}, priority: 10", f"{SECOND}, priority: 60"),
    )
    assert not list(frequency_overload.check(whole))
    [found] = priority_inversion.check(whole)
    assert found.message.english() == (
        "`b` (priority 60) gets lost under `cap`: `a` (priority 10) came first"
    )


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param((cap("1 per 7d", CALENDAR), mailing(THURSDAY, TUESDAY)), id="two weeks"),
        pytest.param((cap("1 per 1d", CALENDAR), mailing(SECOND, THIRD)), id="two days"),
        pytest.param(
            (cap("1 per 1d", CALENDAR), mailing(THURSDAY), chain("send: b")), id="beside a chain"
        ),
    ],
)
def test_the_end_of_a_period_lets_broadcasts_through(sources):
    [found] = cap_leak.check(portfolio(*sources))
    assert found.evidence.test is not None


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param((cap("1 per 7d"), mailing(THURSDAY, TUESDAY)), id="a rolling limit"),
        pytest.param((cap("1 per 1d", CALENDAR), mailing(FIRST, SECOND)), id="one day"),
        pytest.param((cap("1 per 1d", CALENDAR), mailing(FIRST, FAR)), id="far apart"),
    ],
)
def test_a_period_that_holds(sources):
    assert not list(cap_leak.check(portfolio(*sources)))


ELSEWHERE = (cap("1 per 24h"), mailing(DAILY))
UNTIL = "wait: {until: {at: '10:00'}}"
CHANGES = [
    pytest.param((cap("1 per 24h"), mailing(DAILY)), id="a broadcast"),
    pytest.param((cap("1 per 24h"), chain(UNTIL, "send: a", UNTIL, "send: b")), id="a chain"),
    pytest.param(
        (
            cap("1 per 24h"),
            (
                "chains: {x: {trigger: {schedule: {rrule: FREQ=DAILY, at: '10:00'}},"
                " reentry: always, steps: [{send: a}]}}"
            ),
        ),
        id="a schedule",
    ),
    pytest.param(
        (cap("1 per 1d", CALENDAR), chain("send: a", "wait: 1d", "send: b")), id="a day of 25 hours"
    ),
    pytest.param(
        (cap("1 per 7d", CALENDAR), chain("send: a", "wait: 7d", "send: b")),
        id="a week of 169 hours",
    ),
]


@pytest.mark.parametrize("sources", CHANGES)
def test_clocks_that_are_changed(sources):
    whole = portfolio(*sources, zone="Europe/Berlin")
    [found] = frequency_overload.check(whole)
    assert found.evidence.timezone == "Europe/Berlin"
    assert found.help[0].english().startswith("clocks are changed in between")
    at_home = portfolio(*sources)
    assert not any("never has to hold" in one.english() for one in proofs(at_home))


def test_clocks_are_changed_where_some_customer_lives():
    [found] = frequency_overload.check(portfolio(*ELSEWHERE))
    assert found.evidence.timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param((cap("1 per 22h"), mailing(DAILY)), id="a limit with an hour to spare"),
        pytest.param(
            (cap("1 per 24h"), mailing(DAILY + ", timezone: account")),
            id="a zone that keeps its clocks",
        ),
        pytest.param(
            (cap("1 per 24h"), chain("send: a", "wait: 1d", "send: b")),
            id="24 hours whatever clocks say",
        ),
        pytest.param(
            (
                cap("1 per 1d", CALENDAR + ", timezone: account"),
                chain("send: a", "wait: 1d", "send: b"),
            ),
            id="days of a zone that keeps its clocks",
        ),
    ],
)
def test_clocks_do_not_matter(sources):
    whole = portfolio(*sources)
    assert not list(frequency_overload.check(whole))
    assert any("never has to hold" in one.english() for one in proofs(whole))


@pytest.mark.parametrize(
    ("days", "lost"), [pytest.param(30, True, id="30 days"), pytest.param(32, False, id="32 days")]
)
def test_a_month_may_have_31_days(days, lost):
    whole = portfolio(cap("1 per 1mo"), chain("send: a", f"wait: {days}d", "send: b"))
    assert bool(list(frequency_overload.check(whole))) == lost
    assert any("never has to hold" in one.english() for one in proofs(whole)) != lost


RELEASE = """
events: {{paid: {{{assumed}properties: {{amount: {{type: number}}}}}}}}
chains:
  x:
    trigger: added
    steps:
      - wait_for:
          first_of: [{{if: {{event: paid{where}}}, then: [{{send: a}}]}}]
          timeout: {timeout}
          otherwise: []
  y: {{trigger: paid, steps: [{{send: b}}]}}
"""
RARE = "assume: {min_gap: 60d}, "


@pytest.mark.parametrize(
    ("assumed", "where", "timeout"),
    [
        pytest.param(RARE, "", "3d", id="any payment"),
        pytest.param(RARE, ", where: {amount: {gte: 100}}", "3d", id="a large payment"),
        pytest.param(RARE, "", "20m", id="in a short while"),
        pytest.param("", "", "3d", id="payments at any time"),
    ],
)
def test_one_event_ends_a_wait_and_starts_a_chain(assumed, where, timeout):
    text = RELEASE.format(assumed=assumed, where=where, timeout=timeout)
    whole = portfolio(cap("1 per 1d"), text)
    [found] = frequency_overload.check(whole)
    assert set(found.evidence.chains) == {"x", "y"}
    test = found.evidence.test
    assert sum(one.get("event") == "paid" for one in test["events"]) == 1


def test_the_event_may_be_one_of_several():
    text = RELEASE.format(assumed=RARE, where="", timeout="3d")
    arm = "{any: [{event: viewed}, {all: [{event: paid}, {reachable: email}]}]}"
    whole = portfolio(cap("1 per 1d"), text.replace("{event: paid}", arm, 1))
    assert list(frequency_overload.check(whole))


def test_the_event_that_ends_a_wait_starts_no_other_chain():
    text = RELEASE.format(assumed=RARE, where="", timeout="3d").replace(
        "y: {trigger: paid", "y: {trigger: paid, audience: {not: {event: added}}"
    )
    assert not list(frequency_overload.check(portfolio(cap("1 per 1d"), text)))
