"""How soon a trigger or a broadcast may come again."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.repeat import of_broadcast, of_trigger

DAY = 1440


@pytest.mark.parametrize(
    ("body", "gap"),
    [
        pytest.param("repeat: {rrule: FREQ=WEEKLY, at: '10:00'}", 7 * DAY, id="once a week"),
        pytest.param(
            "repeat: {rrule: FREQ=WEEKLY, at: '10:00'}, optimize_send_time: true",
            6 * DAY + 1,
            id="late one week, early the next",
        ),
        pytest.param(
            "repeat: {rrule: FREQ=DAILY, at: '10:00'}, optimize_send_time: true",
            1,
            id="late one day, early the next",
        ),
        pytest.param(
            "repeat: {rrule: FREQ=WEEKLY, at: '10:00'}, throttle: 20%/h",
            7 * DAY,
            id="a share an hour keeps the order",
        ),
        pytest.param(
            "repeat: {rrule: FREQ=WEEKLY, at: '10:00'}, throttle: 500/min",
            0,
            id="so many a minute: others decide",
        ),
    ],
)
def test_how_soon_a_broadcast_comes_again(body, gap):
    source = (
        "timezone: UTC\n"
        f"broadcasts: {{news: {{audience: all, timezone: account, message: a, {body}}}}}"
    )
    program = build(read("shop.yaml", source.encode()).documents)
    assert of_broadcast(program, program.broadcasts["news"]).gap == gap


@pytest.mark.parametrize(
    ("event", "trigger", "gap"),
    [
        pytest.param("", "{no_event: order, for: 1d, after: visit}", DAY, id="a silence"),
        pytest.param(
            "occurred_at: ts", "{no_event: order, for: 1d, after: visit}", 0, id="told late"
        ),
        pytest.param("occurred_at: ts", "{no_event: visit, for: 1d}", 0, id="broken late"),
        pytest.param("", "visit", 60, id="a distance that is assumed"),
        pytest.param("occurred_at: ts", "visit", 0, id="a distance of moments, not of arrivals"),
    ],
)
def test_how_soon_a_trigger_fires_again(event, trigger, gap):
    """An event that arrives late starts what its moment says, however late (semantics 3.3)."""
    project = f"""
events:
  visit: {{properties: {{ts: datetime}}, assume: {{min_gap: 1h}}, {event}}}
  order: {{}}
chains: {{one: {{trigger: {trigger}, steps: [{{note: x}}]}}}}
"""
    result = read("a.yaml", project.encode())
    assert not result.diagnostics
    program = build(result.documents)
    assert of_trigger(program, program.chains["one"].trigger[0]) == gap
