"""Lengths of time and days."""

from typing import get_args

import msgspec
import pytest

from crmspec.ir.value import Duration, Located
from crmspec.resolve.length import NOT_NEGATIVE, POSITIVE

JUDGED_APART = {("EventHappened", "between_ago"), ("EventMissing", "between_ago")}
MAY_BE_NEGATIVE = {
    ("DateTrigger", "offset"),
    ("Until", "offset"),
    ("TestEvent", "at"),
    ("Test", "until"),
    ("Test", "waits"),
    ("ExpectedSend", "at"),
}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param("wait: 1h", [], id="a wait"),
        pytest.param("wait: 0h", [("CRM215", "0h")], id="no wait"),
        pytest.param("wait: -1h", [("CRM215", "-1h")], id="back in time"),
        pytest.param("wait: 11y", [("CRM215", "11y")], id="eleven years"),
        pytest.param("wait: 10y", [], id="ten years"),
        pytest.param("wait: {for: 0m}", [("CRM215", "0m")], id="no wait in full"),
        pytest.param("wait: {between: {min: 0h, max: 1h}}", [], id="from nothing"),
        pytest.param("wait: {between: {min: 2h, max: 1h}}", [("CRM215", "2h")], id="turned round"),
        pytest.param(
            "wait: {until: {date: birthday, offset: -7d}}", [], id="an offset may be negative"
        ),
        pytest.param(
            "wait_for: {if: vip, then: [], timeout: 0h}",
            [("CRM215", "0h")],
            id="an instant timeout",
        ),
        pytest.param("wait_for: {if: vip, then: [], timeout: 1mo}", [], id="a month"),
        pytest.param("throttle: {limit: 1, per: 0d}", [("CRM215", "0d")], id="per nothing"),
        pytest.param("wait: {until: {day: 2026-02-30}}", [("CRM229", "2026-02-30")], id="no day"),
        pytest.param("wait: {until: {day: 2028-02-29}}", [], id="a leap day"),
    ],
)
def test_steps(found, steps, step, expected):
    assert found(steps(f"- {step}")) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("event: order_placed, within: 7d", [], id="a window"),
        pytest.param("event: order_placed, within: 0d", [("CRM215", "0d")], id="no window"),
        pytest.param("event: order_placed, between_ago: [3d, 7d]", [], id="two ages"),
        pytest.param(
            "event: order_placed, between_ago: [7d, 7d]",
            [("CRM215", "[7d, 7d]")],
            id="the same age",
        ),
        pytest.param(
            "event: order_placed, between_ago: [7d, 3d]",
            [("CRM225", "[7d, 3d]")],
            id="two ages turned round",
        ),
        pytest.param(
            "now: {time: {from: '22:00', to: '22:00'}}", [("CRM215", "'22:00'")], id="no hours"
        ),
        pytest.param("now: {time: {from: '22:00', to: '09:00'}}", [], id="hours over midnight"),
        pytest.param("last_event: order_placed, older_than: 0d", [("CRM215", "0d")], id="no age"),
        pytest.param("list: l, joined: {within: 0d}", [("CRM215", "0d")], id="joined never"),
        pytest.param("now: {date: {from: 2026-01-01, to: 2026-01-31}}", [], id="a period"),
        pytest.param(
            "now: {date: {from: 2026-02-01, to: 2026-01-31}}",
            [("CRM229", "2026-02-01")],
            id="a period turned round",
        ),
        pytest.param("now: {date: {from: 2026-02-01}}", [], id="an open period"),
        pytest.param(
            'event: order_placed, since: "2026-13-01"', [("CRM229", '"2026-13-01"')], id="no month"
        ),
    ],
)
def test_conditions(found, source, expected):
    assert found(f"lists: {{l: {{}}}}\nsegments: {{s: {{{source}}}}}") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "frequency: {f: {limits: [3 per 0d]}}",
            [("CRM215", "3 per 0d")],
            id="a limit per nothing",
        ),
        pytest.param(
            "channels: {c: {type: sms, quiet_hours: 22:00-22:00}}",
            [("CRM215", "22:00-22:00")],
            id="quiet hours without hours",
        ),
        pytest.param("channels: {c: {type: sms, quiet_hours: 00:00-24:00}}", [], id="a quiet day"),
        pytest.param(
            "goals: {g: {event: order_placed, attribution: {view: 0d}}}", [], id="no attribution"
        ),
        pytest.param("consents: {c: {expires: 30y}}", [], id="a consent for life"),
        pytest.param(
            "events: {e: {}}\n"
            "chains: {c: {trigger: e, running: {from: 2026-05-01, to: 2026-04-01}, steps: []}}",
            [("CRM229", "2026-05-01")],
            id="a chain that ends before it begins",
        ),
        pytest.param(
            'broadcasts: {b: {audience: vip, message: hello, at: "2026-11-31T10:00"}}',
            [("CRM229", '"2026-11-31T10:00"')],
            id="a broadcast that never comes",
        ),
        pytest.param(
            "tests: {t: {start: 2027-03-01, until: 2026-03-01, expect: {}}}",
            [("CRM229", "2026-03-01")],
            id="a test that ends before it starts",
        ),
        pytest.param(
            "tests: {t: {start: 2027-03-01, until: 2027-03-01, expect: {}}}", [], id="a short test"
        ),
        pytest.param("tests: {t: {start: 2027-03-01, until: 1d, expect: {}}}", [], id="a day"),
    ],
)
def test_resources(found, source, expected):
    assert found(source) == expected


@pytest.mark.parametrize(
    ("step", "key"),
    [
        pytest.param("wait: 0h", "wait", id="short"),
        pytest.param("wait: {for: 0h}", "for", id="in full"),
        pytest.param("{send: hello, only: {list: l, joined: 0d}}", "joined", id="joined"),
        pytest.param("throttle: {limit: 1, per: 0d}", "per", id="another key"),
    ],
)
def test_the_key_that_is_written_is_named(look, steps, step, key):
    _, result = look("lists: {l: {}}\n" + steps(f"- {step}"))
    finding = next(one for one in result if one.code.id == "CRM215")
    assert finding.message.english() == f"`{key}` cannot be zero"


def test_two_ages_are_swapped(look):
    sources, result = look("segments: {s: {event: order_placed, between_ago: [7d, 3d]}}")
    fix = next(one for one in result if one.code.id == "CRM225").fixes[0]
    read = [
        (sources[e.span.path].text[e.span.start : e.span.end], e.replacement) for e in fix.edits
    ]
    assert read == [("7d", "3d"), ("3d", "7d")]


def durations():
    for cls in classes():
        for field in msgspec.structs.fields(cls):
            if Duration in parts(field.type):
                yield cls, field.name


def parts(written):
    yield written
    for part in get_args(written):
        yield from parts(part)


def classes(base=Located):
    for cls in base.__subclasses__():
        yield cls
        yield from classes(cls)


def test_every_duration_of_the_language_is_judged():
    judged = {
        (cls, name)
        for table in (POSITIVE, NOT_NEGATIVE)
        for cls, names in table.items()
        for name in names
    }
    assert {(cls.__name__, name) for cls, name in set(durations()) - judged} == (
        MAY_BE_NEGATIVE | JUDGED_APART
    )
    assert judged <= set(durations())
