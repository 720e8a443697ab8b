"""Messages that come too late."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import late_message
from crmspec.rules.sends import after_entry

SHOP = """
events: {order_placed: {}, cart_updated: {}, asked: {}, answered: {}}
attributes:
  x: {}
  age: {type: integer}
  birthday: {type: date}
lists: {friends: {}}
consents: {ads: {channel: email}, other: {channel: email}}
channels: {email: {type: email, consent: ads}}
messages:
  ad: {channel: email, subject: S, body: B}
  second: {channel: email, subject: S, body: B}
"""

MORE = """
coupons: {ten: {discount: 10%, code: TEN, valid_for: 2d}, ever: {discount: 10%, code: EVER}}
messages:
  code: {channel: email, subject: "{{ chain.code }}", body: B}
  renamed: {channel: email, subject: "{% with a = chain.code %}{{ a }}{% endwith %}", body: B}
  like_it: {channel: email, subject: "{{ chain.codes }}", body: "chain.code, {{ 'chain.code' }}"}
  required: {channel: email, subject: S, body: B, requires: [chain.code]}
  new_year: {channel: email, subject: S, body: B, expires: 2027-01-05}
segments:
  fresh: {event: asked, within: 1d}
"""


def chain(body, trigger="asked"):
    return f"chains: {{c: {{trigger: {trigger}, {body}}}}}"


def day(until, before=""):
    return chain(f"{OPEN}, steps: [{before}{{wait: {{until: {{{until}}}}}}}, {{send: ad}}]")


def race(then, event="answered", more=""):
    return f"{{wait_for: {{if: {{event: {event}{more}}}, then: [{then}], timeout: 3d}}}}"


FETCH = "{fetch: {coupon: ten, as: code}}"
EXPIRED = "the code of `ten` has run out when `code` brings it"
LOST = "`c` loses everybody before this message who does not do `asked` again"
OPEN = "running: {from: 2027-03-02}"
OVER = "nobody gets past this wait of `c`: 2027-02-01 is over before anybody comes"
ALL = "nobody stays in `c`: everybody who enters leaves at once"
OLD = "{attribute: age, gte: 5}"
STEPS = "steps: [{wait: 1d}, {send: ad}]"
LEFT = "this message is never sent: `answered` takes customers out of the chain first"


@pytest.mark.parametrize(
    ("chains", "message"),
    [
        pytest.param(
            chain(f"steps: [{FETCH}, {{wait: 3d}}, {{send: code}}]"), EXPIRED, id="a code"
        ),
        pytest.param(
            chain(f"steps: [{{wait: 1d}}, {FETCH}, {{wait: 2d}}, {{send: code}}]"),
            EXPIRED,
            id="a code in its last minute",
        ),
        pytest.param(
            chain(f"steps: [{FETCH}, {{wait: 3d}}, {{send: renamed}}]"),
            EXPIRED.replace("code`", "renamed`"),
            id="a code by another name",
        ),
        pytest.param(
            chain(f"steps: [{FETCH}, {{wait: 3d}}, {{send: required}}]"),
            EXPIRED.replace("code`", "required`"),
            id="a code that is required",
        ),
        pytest.param(
            chain("running: {from: 2027-01-05}, steps: [{wait: 3d}, {send: new_year}]"),
            "`new_year` has expired before anybody can get it",
            id="the last day is over",
        ),
        pytest.param(
            chain("audience: {event: asked, within: 1d}, steps: [{wait: 3d}, {send: ad}]"),
            LOST,
            id="an audience that is over",
        ),
        pytest.param(
            chain("audience: fresh, steps: [{wait: 3d}, {send: ad}]"), LOST, id="by its segment"
        ),
        pytest.param(
            chain("audience: fresh, steps: [{wait: 3d}, {send: ad}]").replace(
                "trigger: asked", "trigger: {segment: fresh}"
            ),
            LOST,
            id="by the segment that starts it",
        ),
        pytest.param(
            chain("audience: [{last_event: asked, within: 1d}], steps: [{wait: 3d}, {send: ad}]"),
            LOST,
            id="the latest event",
        ),
        pytest.param(
            chain(
                "audience: {first_event: order_placed, within: 1d}, steps: [{wait: 3d}, {send: ad}]"
            ),
            "`c` loses its whole audience before this message",
            id="the first event",
        ),
        pytest.param(
            chain(f"exit: answered, steps: [{race('{send: ad}')}]"), LEFT, id="an exit first"
        ),
        pytest.param(
            chain(f"goal: {{goal: reply, exits: true}}, steps: [{race('{send: ad}')}]"),
            LEFT,
            id="a goal first",
        ),
        pytest.param(
            chain(
                "exit: answered, steps: [{wait: 1d}, {branch: {if: "
                "{event: answered, since: chain_start}, then: [{send: ad}]}}]"
            ),
            LEFT,
            id="a branch after an exit",
        ),
        pytest.param(day("day: 2027-02-01, if_past: exit"), OVER, id="a day that is over"),
        pytest.param(
            day('day: 2027-02-01, offset: 10d, at: "10:00", if_past: exit'),
            OVER,
            id="an hour of a day that is over",
        ),
        pytest.param(
            day("day: 2027-02-01"),
            "`c` never waits here: 2027-02-01 is over before anybody comes",
            id="a wait that is none",
        ),
        pytest.param(
            day("day: 2027-03-05, if_past: exit", "{wait: 10d}, "),
            OVER.replace("2027-02-01", "2027-03-05"),
            id="a day that is over after the wait before",
        ),
        pytest.param(
            chain(f"audience: {OLD}, exit: {{if: {OLD}}}, {STEPS}"), ALL, id="an exit for all"
        ),
        pytest.param(
            chain(f"audience: {{attribute: age, gt: 6}}, exit: [answered, {{if: {OLD}}}], {STEPS}"),
            ALL,
            id="the second exit is wider than the audience",
        ),
        pytest.param(
            chain(f"exit: {{if: {{event: asked, within: 1d}}}}, {STEPS}"),
            ALL,
            id="an exit for whom the event brings in",
        ),
        pytest.param(
            chain(f"exit: {{if: {{any: [{OLD}, {{not: {OLD}}}]}}}}, {STEPS}"),
            ALL,
            id="an exit for everybody",
        ),
    ],
)
def test_found(findings, chains, message):
    goals = "goals: {reply: {event: answered}}"
    assert [one for one, _, _ in findings(late_message, SHOP, MORE, goals, chains)] == [message]


@pytest.mark.parametrize(
    "chains",
    [
        pytest.param(chain(f"steps: [{FETCH}, {{wait: 1d}}, {{send: code}}]"), id="in time"),
        pytest.param(
            chain(f"steps: [{FETCH}, {{wait: 3d}}, {FETCH}, {{send: code}}]"), id="fetched again"
        ),
        pytest.param(chain(f"steps: [{FETCH}, {{wait: 3d}}, {{send: ad}}]"), id="another message"),
        pytest.param(chain(f"steps: [{FETCH}, {{wait: 3d}}, {{send: like_it}}]"), id="no variable"),
        pytest.param(
            chain("steps: [{fetch: {coupon: ever, as: code}}, {wait: 3d}, {send: code}]"),
            id="a code without an end",
        ),
        pytest.param(
            chain(f"steps: [{FETCH}, {race('')}, {{send: code}}]"), id="late for some only"
        ),
        pytest.param(
            chain("running: {from: 2027-01-01}, steps: [{wait: 3d}, {send: new_year}]"),
            id="in time for the first",
        ),
        pytest.param(chain("steps: [{wait: 30d}, {send: new_year}]"), id="no first day"),
        pytest.param(
            chain("audience: fresh, recheck: entry, steps: [{wait: 3d}, {send: ad}]"),
            id="asked once",
        ),
        pytest.param(chain("audience: fresh, steps: [{wait: 12h}, {send: ad}]"), id="still fresh"),
        pytest.param(
            chain("audience: {event: answered, within: 1d}, steps: [{wait: 3d}, {send: ad}]"),
            id="those who do it again and again",
        ),
        pytest.param(chain(f"exit: answered, steps: [{race('{exit: x}')}]"), id="nothing is sent"),
        pytest.param(
            chain(f"exit: answered, steps: [{race('{send: ad}', 'order_placed')}]"),
            id="another event",
        ),
        pytest.param(
            chain(f"exit: {{event: answered, where: {{score: 1}}}}, steps: [{race('{send: ad}')}]"),
            id="an exit for some answers",
        ),
        pytest.param(
            chain(f"exit: {{event: answered, when: step_end}}, steps: [{race('{send: ad}')}]"),
            id="an exit after the step",
        ),
        pytest.param(
            chain(
                "exit: answered, steps: [{wait: 1d}, "
                "{branch: {if: {event: answered}, then: [{send: ad}]}}]"
            ),
            id="an answer of another time",
        ),
        pytest.param(day("day: 2027-03-05, if_past: exit"), id="a day to come"),
        pytest.param(day("day: 2027-03-02, if_past: exit"), id="the very day of the first"),
        pytest.param(day("day: 2027-02-01, offset: 60d, if_past: exit"), id="long after a day"),
        pytest.param(day('at: "10:00"'), id="no day"),
        pytest.param(day("day: 2027-02-30, if_past: exit"), id="no such day"),
        pytest.param(
            day("day: 2027-02-01, if_past: exit").replace(f"{OPEN}, ", ""), id="a chain without end"
        ),
        pytest.param(
            chain(f"audience: {{attribute: age, gte: 4}}, exit: {{if: {OLD}}}, {STEPS}"),
            id="an exit for some",
        ),
        pytest.param(
            chain(f"audience: {OLD}, exit: {{if: {OLD}, when: step_end}}, {STEPS}"),
            id="an exit after the first step",
        ),
        pytest.param(
            chain(
                f"audience: [{OLD}, {{attribute: age, lt: 5}}], exit: {{if: {OLD}}}, {STEPS}",
            ),
            id="nobody enters",
        ),
        pytest.param(
            chain(f"status: draft, exit: answered, steps: [{race('{send: ad}')}]"), id="a draft"
        ),
    ],
)
def test_not_found(findings, chains):
    assert findings(late_message, SHOP, MORE, chains) == []


def test_only_after_the_date(findings):
    before = "{date: birthday, offset: -3d}"
    late = chain("steps: [{wait: 5d}, {send: ad}]", before)
    message = "`c` begins before `birthday` and writes only after it"
    assert [one for one, _, _ in findings(late_message, SHOP, late)] == [message]
    for body in (
        "steps: [{send: ad}, {wait: 5d}, {send: second}]",
        "steps: [{wait: 3d}, {send: ad}]",
    ):
        assert findings(late_message, SHOP, chain(body, before)) == []
    after = "{date: birthday, offset: 3d}"
    assert findings(late_message, SHOP, chain("steps: [{wait: 5d}, {send: ad}]", after)) == []


def test_chains_that_cannot_show_it_are_passed_over(findings):
    nobody = (
        "audience: [{attribute: age, lt: 1}, {attribute: age, gt: 9}, {event: asked, within: 1d}],"
    )
    for body in (
        f"steps: [{FETCH}, {{wait: 3d}}, {{send: code}}]",
        f"exit: answered, steps: [{race('{send: ad}')}]",
        f"{OPEN}, steps: [{{wait: {{until: {{day: 2027-02-01, if_past: exit}}}}}}, {{send: ad}}]",
    ):
        assert findings(late_message, SHOP, MORE, chain(f"{nobody} {body}")) == []
    date = chain(f"{nobody} steps: [{{wait: 5d}}, {{send: ad}}]", "{date: birthday, offset: -3d}")
    assert findings(late_message, SHOP, MORE, date) == []


def test_another_fetch_and_a_message_without_a_last_day(findings):
    steps = "{fetch: {feed: hits, as: hits}}, {wait: 3d}, {send: ad}"
    feeds = "feeds: {hits: {url: https://shop.example/hits}}"
    chains = chain(f"running: {{from: 2027-01-05}}, steps: [{steps}]")
    assert findings(late_message, SHOP, MORE, feeds, chains) == []


SALE = "running: {from: 2027-03-01, to: %s}"
NEWS = """
messages: {sale: {channel: email, subject: S, body: B, expires: 2027-03-10}}
segments: {everybody: {attribute: x, exists: true}}
"""
LAST = "whoever comes in last gets `sale` when it has expired"
WAITED = "`sale` has expired before it is sent: the chain waits for 2027-03-20"
ENDED = "`c` is over on 2027-03-07 and writes only after it"
GONE = "`sale` has expired before anybody can get it"


def mailing(body):
    return f"broadcasts: {{b: {{audience: {{include: [everybody]}}, message: sale, {body}}}}}"


def waited(until, send="{send: sale}", more=""):
    return chain(f"steps: [{{wait: {{until: {{{until}}}}}{more}}}, {send}]")


@pytest.mark.parametrize(
    ("chains", "message"),
    [
        pytest.param(
            chain(f"{SALE % '2027-03-15'}, steps: [{{send: sale}}]"), LAST, id="after the sale"
        ),
        pytest.param(
            chain(f"{SALE % '2027-03-09'}, steps: [{{wait: 2d}}, {{send: sale}}]"),
            LAST,
            id="a day after the sale",
        ),
        pytest.param(
            chain("running: {to: 2027-03-15}, steps: [{wait: 1h}, {send: sale}]"),
            LAST,
            id="no first day",
        ),
        pytest.param(
            chain("running: {from: 2027-03-05, to: 2027-03-15}, steps: [{wait: 1d}, {send: sale}]"),
            LAST,
            id="a later first day",
        ),
        pytest.param(
            chain(f"{SALE % '2027-03-15'}, steps: [{{wait: 12d}}, {{send: sale}}]"),
            GONE,
            id="too late for all of them",
        ),
        pytest.param(waited("day: 2027-03-20"), WAITED, id="a day after the sale has ended"),
        pytest.param(
            waited("day: 2027-03-05, offset: 15d"),
            WAITED.replace("2027-03-20", "2027-03-05"),
            id="a day and some more",
        ),
        pytest.param(
            waited(
                "day: 2027-03-20",
                "{branch: {if: {attribute: age, gte: 5}, then: [{send: sale}], else: []}}",
            ),
            WAITED,
            id="for some customers",
        ),
        pytest.param(
            chain(f"{SALE % '2027-03-07'}, steps: [{{wait: 7d}}, {{send: ad}}, {{send: second}}]"),
            ENDED,
            id="a chain that is over",
        ),
        pytest.param(
            mailing('at: "2027-03-11T10:00"'),
            "`b` sends `sale` when it has expired",
            id="a mailing",
        ),
        pytest.param(
            mailing('at: "2027-03-09T10:00", resend: {after: 3d}'),
            "`b` goes on sending `sale` when it has expired",
            id="a second try",
        ),
        pytest.param(
            mailing('repeat: {cron: "0 10 * * 1"}'),
            "`b` goes on sending `sale` when it has expired",
            id="every Monday",
        ),
        pytest.param(
            mailing('repeat: {rrule: "FREQ=DAILY;UNTIL=20270312T000000"}'),
            "`b` goes on sending `sale` when it has expired",
            id="every day until it is too late",
        ),
    ],
)
def test_after_the_end(findings, chains, message):
    assert [one for one, _, _ in findings(late_message, SHOP, NEWS, chains)] == [message]


@pytest.mark.parametrize(
    "chains",
    [
        pytest.param(
            chain(f"{SALE % '2027-03-08'}, steps: [{{wait: 2d}}, {{send: sale}}]"),
            id="in time for the last",
        ),
        pytest.param(
            chain(f"{SALE % '2027-03-15'}, steps: [{{wait: 2d}}, {{send: ad}}]"), id="for ever good"
        ),
        pytest.param(
            chain("running: {from: 2027-03-01}, steps: [{wait: 2d}, {send: sale}]"),
            id="no last day",
        ),
        pytest.param(
            chain(f"{SALE % '2027-03-07'}, steps: [{{send: ad}}, {{wait: 9d}}, {{send: second}}]"),
            id="one that goes on after its end",
        ),
        pytest.param(
            chain(f"{SALE % '2027-03-07'}, steps: [{{wait: 6d}}, {{send: ad}}]"),
            id="on the last day for the first",
        ),
        pytest.param(
            chain(f"{SALE % '2027-03-07'}, steps: [{{wait: 9d}}, {{note: x}}]"), id="nothing to say"
        ),
        pytest.param(
            chain("running: {to: 2027-03-07}, steps: [{wait: 9d}, {send: ad}]"), id="no beginning"
        ),
        pytest.param(waited("day: 2027-03-10"), id="the last day of the sale"),
        pytest.param(waited("day: 2027-02-30"), id="no such day"),
        pytest.param(
            waited("day: 2027-03-20", more=", only: {attribute: age, gte: 5}"), id="only some"
        ),
        pytest.param(waited("day: 2027-03-20", "{send: ad}"), id="another message"),
        pytest.param(waited('at: "10:00"'), id="a wait for a time of day"),
        pytest.param(mailing('at: "2027-03-10T10:00"'), id="a mailing in time"),
        pytest.param(mailing('at: "2027-03-07T10:00", resend: {after: 3d}'), id="both in time"),
        pytest.param(mailing('at: "2027-03-20T10:00"').replace("sale", "ad"), id="always good"),
        pytest.param(mailing('status: draft, at: "2027-03-20T10:00"'), id="a draft of a mailing"),
        pytest.param(mailing('repeat: {rrule: "FREQ=DAILY;COUNT=3"}'), id="three times"),
        pytest.param(
            mailing('repeat: {rrule: "FREQ=DAILY;UNTIL=20270309T000000"}'), id="until the last day"
        ),
    ],
)
def test_before_the_end(findings, chains):
    assert findings(late_message, SHOP, NEWS, chains) == []


def test_sales_that_nobody_comes_to_are_passed_over(findings):
    nobody = "audience: [{attribute: age, lt: 1}, {attribute: age, gt: 9}],"
    for body in ("steps: [{send: sale}]", "steps: [{wait: 20d}, {send: ad}]"):
        found = chain(f"{SALE % '2027-03-15'}, {nobody} {body}")
        assert findings(late_message, SHOP, NEWS, found) == []


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        pytest.param("0m", "right after entry", id="at once"),
        pytest.param("30m", "0.5 hours after entry at the soonest", id="half an hour"),
        pytest.param("23h", "23 hours after entry at the soonest", id="hours"),
        pytest.param("36h", "1.5 days after entry at the soonest", id="days"),
    ],
)
def test_how_soon_a_message_can_come(wait, words):
    steps = chain(f"steps: [{{wait: {wait}}}, {{send: ad}}]")
    results = [read(f"{n}.yaml", one.encode()) for n, one in enumerate((SHOP, steps))]
    program = build(document for result in results for document in result.documents)
    *_, last = Portfolio(program).arrivals["c"]
    assert after_entry(last).english() == words
