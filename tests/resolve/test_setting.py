"""Time zones, identifiers and schedules."""

import re
from importlib.resources import files

import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st

from crmspec.resolve.schedule import RULE_PARTS, cron_problem, rule_problem
from crmspec.resolve.timezone import PLACES
from crmspec.resolve.zone import ZONES


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("project: p\ntimezone: Europe/Moscow", [], id="a zone"),
        pytest.param("project: p\ntimezone: Europe/Moskow", ["Europe/Moskow"], id="a slip"),
        pytest.param("project: p\ntimezone: profile", ["profile"], id="whose profile"),
        pytest.param(
            "chains: {c: {trigger: order_placed, timezone: profile, steps: []}}", [], id="profile"
        ),
        pytest.param(
            "chains: {c: {trigger: order_placed, timezone: MSK, steps: []}}", ["MSK"], id="letters"
        ),
        pytest.param(
            "chains: {c: {trigger: order_placed, steps: [{wait: {for: 1h, timezone: Mars}}]}}",
            ["Mars"],
            id="a wait",
        ),
        pytest.param("personas: {p: {timezone: Asia/Omsk}}", [], id="a persona"),
        pytest.param(
            "tests: {t: {start: 2027-03-01, expect: {}, customer: {timezone: Mars}}}",
            ["Mars"],
            id="the customer of a test",
        ),
        pytest.param(
            "personas: {p: {timezone: account}}", ["account"], id="a persona is somewhere"
        ),
    ],
)
def test_zones(found, source, expected):
    assert found(source) == [("CRM222", zone) for zone in expected]


@pytest.mark.parametrize(
    ("zone", "advice"),
    [
        pytest.param("MSK", "zones are named after places: write `Europe/Moscow`", id="letters"),
        pytest.param("мск", "zones are named after places: write `Europe/Moscow`", id="Russian"),
        pytest.param(
            "GMT+3",
            "name the place, such as `Europe/Moscow`; the bare offset is `Etc/GMT-3`, "
            "sign turned round",
            id="an offset",
        ),
        pytest.param(
            "UTC-05:00",
            "name the place, such as `Europe/Moscow`; the bare offset is `Etc/GMT+5`, "
            "sign turned round",
            id="an offset to the west",
        ),
        pytest.param(
            "UTC+19",
            "zones are named after places: write one such as `Europe/Moscow`",
            id="no such offset",
        ),
    ],
)
def test_zones_are_places(look, zone, advice):
    _, result = look(f"project: p\ntimezone: {zone}")
    finding = next(one for one in result if one.code.id == "CRM222")
    assert [one.english() for one in finding.help] == [advice]
    assert finding.fixes == ()


def test_a_near_zone_may_lie_elsewhere(look):
    _, result = look("project: p\ntimezone: Europe/Moskow")
    finding = next(one for one in result if one.code.id == "CRM222")
    assert finding.help[0].english() == "did you mean `Europe/Moscow`?"
    assert [fix.safety for fix in finding.fixes] == ["unsafe"]


def test_places_are_zones():
    assert set(PLACES.values()) <= ZONES
    assert not PLACES.keys() & ZONES


def test_all_zones_of_the_database_are_known():
    assert set(files("tzdata").joinpath("zones").read_text().split()) <= ZONES


IDENTITY = "identity: {primary: %s, identifiers: [user_id, email], merge: {never_merge: [%s]}}\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("events: {e: {identity: [user_id]}}", [], id="declared"),
        pytest.param("events: {e: {identity: [user]}}", ["user"], id="not declared"),
        pytest.param(
            "systems: {a: {kind: site}, b: {kind: crm}}\n"
            "flows: {f: {from: a, to: b, method: api, carries: [events], identifiers: [phone]}}",
            ["phone"],
            id="a flow",
        ),
    ],
)
def test_identifiers(found, source, expected):
    assert found(IDENTITY % ("user_id", "email") + source) == [("CRM227", id_) for id_ in expected]
    assert found(source) == []


def test_the_identity_itself(found):
    assert found(IDENTITY % ("id", "mail")) == [("CRM227", "id"), ("CRM227", "mail")]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        pytest.param('cron: "0 10 * * MON"', [], id="mondays at ten"),
        pytest.param('cron: "0 10 * *"', ['"0 10 * *"'], id="four fields"),
        pytest.param('cron: "0 25 * * *"', ['"0 25 * * *"'], id="no such hour"),
        pytest.param('cron: "0 0 30 2 *"', ['"0 0 30 2 *"'], id="never"),
        pytest.param(
            f'cron: "{"9" * 5000} 0 * * *"', [f'"{"9" * 5000} 0 * * *"'], id="a long number"
        ),
        pytest.param("rrule: freq=weekly", [], id="small letters"),
        pytest.param("rrule: FREQ=WEEKLY;BYDAY=TH", [], id="thursdays"),
        pytest.param("rrule: FREQ=WEEKLI", ["FREQ=WEEKLI"], id="a slip"),
        pytest.param("rrule: BYDAY=TH", ["BYDAY=TH"], id="how often"),
        pytest.param("rrule: FREQ=DAILY;EVERY=2", ["FREQ=DAILY;EVERY=2"], id="an unknown part"),
        pytest.param("rrule: FREQ=MONTHLY;BYMONTHDAY=-1", [], id="the last day of a month"),
        pytest.param(
            "rrule: FREQ=MONTHLY;BYMONTHDAY=32", ["FREQ=MONTHLY;BYMONTHDAY=32"], id="the 32nd"
        ),
        pytest.param("rrule: FREQ=DAILY;FREQ=DAILY", ["FREQ=DAILY;FREQ=DAILY"], id="twice"),
        pytest.param(
            "rrule: FREQ=DAILY;COUNT=3;UNTIL=20270101",
            ["FREQ=DAILY;COUNT=3;UNTIL=20270101"],
            id="two ends",
        ),
    ],
)
def test_schedules(found, schedule, expected):
    source = f"chains: {{c: {{trigger: {{schedule: {{{schedule}}}}}, steps: []}}}}"
    assert found(source) == [("CRM228", written) for written in expected]


@given(st.text(alphabet="0123456789*/,-LW# MONFRI", max_size=20))
def test_any_cron_line_is_judged(line):
    if cron_problem(line) is None:
        CronSim(line, __import__("datetime").datetime(2026, 1, 1))


@given(st.text(alphabet="FREQ=DAILY;BYMONTH123,-+", max_size=30))
def test_any_rule_is_judged(rule):
    rule_problem(rule)


def test_rule_parts_are_whole_numbers():
    assert re.fullmatch(RULE_PARTS["BYHOUR"], "0,23")
    assert not re.fullmatch(RULE_PARTS["BYHOUR"], "24")
    assert not re.fullmatch(RULE_PARTS["BYMONTH"], "0")
