"""Traces in words."""

import pytest

from crmspec.semantics.clock import moment, named
from crmspec.semantics.timeline import lines
from crmspec.semantics.trace import Entry, Trace

ZONE = named("Europe/Moscow")
NINE = moment("2027-03-01T09:00", ZONE)


def told(*, waits=False, **parts):
    entry = Entry(moment=NINE, **{"chain": "cart", **parts})
    trace = Trace(entries=(entry,), timezone="Europe/Moscow")
    return [(line.at, line.kind, line.text.english()) for line in lines(trace, waits=waits)]


@pytest.mark.parametrize(
    ("parts", "kind", "words"),
    [
        pytest.param(
            {"kind": "happening", "subject": "event order", "data": {"total": 5, "first": True}},
            "event",
            "`order` (total 5, first true)",
            id="an event with what it carries",
        ),
        pytest.param(
            {"kind": "happening", "subject": "event order", "data": {"text": "x" * 99, "n": [1]}},
            "event",
            "`order`",
            id="long and nested values are left out",
        ),
        pytest.param(
            {"kind": "happening", "subject": "attribute city", "data": {"value": None}},
            "event",
            "`city` loses its value",
            id="an attribute that is taken away",
        ),
        pytest.param(
            {"kind": "happening", "subject": "consent news", "data": {"status": "subscribed"}},
            "event",
            "the consent `news` becomes subscribed",
            id="a consent",
        ),
        pytest.param(
            {"kind": "happening", "subject": "reachable sms", "data": {"value": False}},
            "event",
            "`sms` can be reached: no",
            id="a channel that is lost",
        ),
        pytest.param(
            {"kind": "happening", "subject": "manual cart"},
            "event",
            "`cart` is started by hand",
            id="by hand",
        ),
        pytest.param(
            {"kind": "reaction", "message": "m", "reason": "clicked"},
            "reaction",
            "clicks in `m`",
            id="a click",
        ),
        pytest.param(
            {"kind": "reaction", "subject": "m", "reason": "waved"},
            "reaction",
            "reacts to `m`",
            id="a reaction without words of its own",
        ),
        pytest.param({"kind": "enter"}, "enter", "enters `cart`", id="enter"),
        pytest.param(
            {"kind": "refuse", "reason": "reentry"},
            "note",
            "does not enter `cart`: the customer may not enter again",
            id="refused",
        ),
        pytest.param(
            {"kind": "refuse", "reason": "inside"},
            "note",
            "does not enter `cart`: the customer is in it already",
            id="in it already",
        ),
        pytest.param(
            {"kind": "refuse", "reason": "running"},
            "note",
            "does not enter `cart`: the chain does not run now",
            id="outside its period",
        ),
        pytest.param(
            {
                "kind": "skip",
                "message": "m",
                "reason": "pause",
                "rule": "r",
                "count": 1,
                "limit": 0,
            },
            "lose",
            "`m` is not sent: a pause after another action (`r`)",
            id="a pause counts nothing",
        ),
        pytest.param({"kind": "goal"}, "note", "reaches the goal of `cart`", id="goal"),
        pytest.param(
            {"kind": "exit", "reason": "bought"}, "leave", "leaves `cart`: `bought`", id="exit"
        ),
        pytest.param(
            {"kind": "exit", "reason": "condition"},
            "leave",
            "leaves `cart`: the condition of its exit holds",
            id="exit by a condition",
        ),
        pytest.param({"kind": "complete"}, "leave", "reaches the end of `cart`", id="the end"),
        pytest.param(
            {"kind": "take", "reason": "discount"},
            "note",
            "`cart` goes on with `discount`",
            id="an arm",
        ),
        pytest.param(
            {"kind": "send", "message": "m", "channel": "sms"}, "send", "`m` by `sms`", id="sent"
        ),
        pytest.param(
            {"kind": "skip", "message": "m", "reason": "cap", "rule": "r", "count": 2, "limit": 2},
            "lose",
            "`m` is not sent: the limit is reached: 2 of 2 by `r`",
            id="over the limit",
        ),
        pytest.param(
            {"kind": "skip", "message": "m", "reason": "consent", "rule": "news"},
            "lose",
            "`m` is not sent: no consent (`news`)",
            id="no consent",
        ),
        pytest.param(
            {"kind": "skip", "reason": "condition"},
            "lose",
            "`cart` leaves a step out: its condition does not hold",
            id="a step left out",
        ),
        pytest.param(
            {"kind": "defer", "message": "m", "reason": "quiet_hours", "until": NINE + 60},
            "hold",
            "`m` is held until 2027-03-01 10:00: quiet hours",
            id="held",
        ),
        pytest.param(
            {
                "kind": "defer",
                "message": "m",
                "reason": "quiet_hours",
                "until": NINE + 60,
                "data": {"last": True},
            },
            "hold",
            "`m` is held until 2027-03-01 10:00 at the longest: quiet hours",
            id="held until its time is up",
        ),
        pytest.param(
            {"kind": "defer", "message": "m", "reason": "pause"},
            "hold",
            "`m` is held: a pause after another action",
            id="held, nobody knows for how long",
        ),
        pytest.param(
            {"kind": "change", "subject": "attribute city"},
            "change",
            "`cart` changes `city`",
            id="change",
        ),
        pytest.param(
            {"kind": "act", "subject": "task"}, "note", "`cart` runs `task`", id="an action"
        ),
        pytest.param(
            {"kind": "act", "subject": "emit paid"},
            "note",
            "`cart` sends the event `paid`",
            id="an event of its own",
        ),
        pytest.param(
            {"kind": "trouble", "reason": "loop"},
            "note",
            "trouble: too many steps in one minute",
            id="trouble",
        ),
        pytest.param(
            {"kind": "enter", "chain": None, "broadcast": "sale"},
            "enter",
            "enters `sale`",
            id="a broadcast",
        ),
    ],
)
def test_words(parts, kind, words):
    assert told(**parts) == [("2027-03-01T09:00", kind, words)]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        pytest.param(
            {"kind": "wait", "until": NINE + 60}, "`cart` waits until 2027-03-01 10:00", id="a wait"
        ),
        pytest.param({"kind": "wait"}, "`cart` waits", id="a wait for something"),
        pytest.param(
            {"kind": "take", "reason": "0"}, "`cart` goes on with `0`", id="a nameless arm"
        ),
    ],
)
def test_steps_on_the_way_are_told_only_when_asked(parts, words):
    assert told(**parts) == []
    assert [text for _, _, text in told(waits=True, **parts)] == [words]


def test_offers_are_never_told():
    assert told(kind="offer", message="m", waits=True) == []
