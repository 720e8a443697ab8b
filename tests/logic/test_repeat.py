"""How soon a broadcast may come again."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.repeat import of_broadcast

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
