"""How long a plan takes by the budgets of its target, and which quotas it needs."""

from __future__ import annotations

import json

import msgspec
import pytest

from crmspec.engine.change import Cost
from crmspec.engine.comment import comment
from crmspec.engine.error import PlanRefusedError
from crmspec.engine.gate import Allowed, admit, refusals
from crmspec.engine.pace import Pace
from crmspec.engine.plan import known, make
from crmspec.engine.saved import dump, summarise
from crmspec.engine.select import narrowed
from crmspec.engine.text import render
from crmspec.lower.capability import Budget
from tests.engine.fake import FakeClock, FakeProvider, MemoryStore, desired, resource

ALL = Allowed(destructive=True, overwrite=True, activate=True)
SECOND = Budget(endpoint="POST flows", calls=1, seconds=1, burst=1)
MINUTE = Budget(endpoint="POST flows", calls=15, seconds=60, burst=15)
HOUR = Budget(endpoint="*", calls=60, seconds=3600, burst=60)
DAY = Budget(endpoint="POST flows", calls=100, seconds=86_400)


@pytest.mark.parametrize(
    ("calls", "budgets", "width", "expected"),
    [
        pytest.param({"POST flows": 8}, (), 1, 8.0, id="no budget: one call after another"),
        pytest.param({"POST flows": 8}, (), 4, 2.0, id="no budget: four at once"),
        pytest.param({"POST flows": 11}, (SECOND,), 4, 10.0, id="one a second"),
        pytest.param({"POST lists": 11}, (SECOND,), 11, 1.0, id="another endpoint"),
        pytest.param({"POST flows": 15}, (SECOND, MINUTE), 4, 14.0, id="within the minute"),
        pytest.param({"POST flows": 250}, (SECOND, MINUTE), 4, 940.0, id="15 a minute"),
        pytest.param({"POST a": 61, "POST b": 1}, (HOUR,), 99, 120.0, id="60 an hour in all"),
        pytest.param({"POST flows": 100}, (DAY,), 100, 1.0, id="all of a day at once"),
        pytest.param({"POST flows": 101}, (DAY,), 101, 864.0, id="more than that of a day"),
    ],
)
def test_the_slowest_window_counts(calls, budgets, width, expected):
    cost = Cost(calls, float(sum(calls.values())))
    assert Pace(budgets=budgets, width=width).seconds(cost) == pytest.approx(expected)


def planned(count, *budgets):
    provider, store = FakeProvider(), MemoryStore()
    state = store.load()
    wanted = desired(*(resource(f"chain.c{number}") for number in range(count)))
    read = provider.read(known(state))
    price = Cost({"POST flows": 1}, 0.3)
    return wanted, make(wanted, state, read, cost=lambda _: price, pace=Pace(budgets=budgets))


@pytest.mark.parametrize(
    ("count", "refused"),
    [pytest.param(100, False, id="all of it"), pytest.param(101, True, id="one more")],
)
def test_more_than_a_quota_is_told_and_not_begun(count, refused):
    _, plan = planned(count, SECOND, DAY)
    problems = list(refusals(plan, ALL))
    assert [type(one) for one in problems] == [PlanRefusedError] * refused
    said = render(plan)
    assert f"quotas: POST flows {count} of 100 a day (what was used up before is not kno" in said
    assert f"POST flows {count} of 100 a day" in comment(plan)
    if refused:
        wanted = "POST flows: 101 calls are needed, the target takes 100 in 1 d"
        assert problems[0].message.english() == wanted
        assert wanted in said
        assert "`--select`" in said
        with pytest.raises(PlanRefusedError):
            admit(plan, ALL)


def test_a_selection_fits():
    wanted, plan = planned(101, DAY)
    part = narrowed(plan, wanted.resources, ["chain.c1*"], [])
    assert admit(part, ALL).calls == len(part.changes) == 12


def test_a_saved_plan_tells_quotas_and_time():
    _, plan = planned(5, SECOND, DAY)
    summary = summarise(plan, version="1.0", now=FakeClock().now())
    told = json.loads(dump(summary))["plan"]
    assert told["seconds"] == 4.0
    assert told["quotas"] == [
        {"endpoint": "POST flows", "needed": 5, "calls": 100, "seconds": 86_400}
    ]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param(61, "61 calls, about 60 s ·", id="seconds"),
        pytest.param(601, "601 calls, about 10 min ·", id="minutes"),
        pytest.param(7_201, "7201 calls, about 2 h ·", id="hours"),
    ],
)
def test_the_time_is_told_in_what_people_count_by(count, expected):
    _, plan = planned(1, SECOND)
    change = msgspec.structs.replace(plan.changes[0], cost=Cost({"POST flows": count}, 0.1))
    assert expected in render(msgspec.structs.replace(plan, changes=(change,)))


def test_no_quota_is_not_spoken_of():
    _, plan = planned(5, SECOND)
    assert "quota" not in render(plan) + comment(plan)


def test_a_week_is_told_in_days():
    week = Budget(endpoint="POST flows", calls=100, seconds=7 * 86_400)
    assert "POST flows 5 of 100 in 7 d" in render(planned(5, week)[1])
