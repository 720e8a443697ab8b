from __future__ import annotations

import pytest

from crmspec.ir.scalar import parse_duration
from crmspec.ir.value import OPERATORS, Day, Duration, Percent
from crmspec.ir.value import Test as Comparison
from crmspec.render.amount import Amount
from crmspec.render.vocabulary import Vocabulary

EN, RU = Amount(Vocabulary("en")), Amount(Vocabulary("ru"))


def duration(text: str) -> Duration:
    months, seconds = parse_duration(text)
    return Duration(months=months, seconds=seconds, text=text)


@pytest.mark.parametrize(
    ("text", "english", "russian"),
    [
        pytest.param("1h", "1 hour", "1 час", id="hour"),
        pytest.param("90m", "90 minutes", "90 минут", id="units stay the author's"),
        pytest.param("1d 12h", "1 day 12 hours", "1 день 12 часов", id="compound"),
        pytest.param("2w", "2 weeks", "2 недели", id="weeks"),
        pytest.param("1mo", "1 month", "1 месяц", id="month is not minute"),
        pytest.param("1y", "1 year", "1 год", id="year"),
        pytest.param("P1M", "1 month", "1 месяц", id="ISO month"),
        pytest.param("PT90M", "1 hour 30 minutes", "1 час 30 минут", id="ISO minutes"),
        pytest.param("-7d", "7 days", "7 дней", id="sign is said by the phrase"),
        pytest.param("0s", "0 seconds", "0 секунд", id="nothing"),
    ],
)
def test_durations(text, english, russian):
    assert EN.duration(duration(text)) == english
    assert RU.duration(duration(text)) == russian


@pytest.mark.parametrize(
    ("text", "english", "russian"),
    [
        pytest.param("20%/h", "20 % per hour", "20 % в час", id="a share"),
        pytest.param("50000/d", "50,000 per day", "50 000 в день", id="many a day"),
        pytest.param("500/min", "500 per minute", "500 в минуту", id="a minute"),
        pytest.param("5/s", "5 per second", "5 в секунду", id="a second"),
        pytest.param("fast", "fast", "fast", id="no rate stays as written"),
    ],
)
def test_rates(text, english, russian):
    assert (EN.rate(text), RU.rate(text)) == (english, russian)


def test_durations_without_text():
    assert EN.duration(Duration(months=13, seconds=90_061)) == (
        "1 year 1 month 1 day 1 hour 1 minute 1 second"
    )
    assert RU.brief(0, 90_000) == "1 д 1 ч"
    assert RU.brief(0, 0) == "0 мин"


@pytest.mark.parametrize(
    ("number", "english", "russian"),
    [
        pytest.param(3, "3", "3", id="small"),
        pytest.param(2026, "2026", "2026", id="a year stays whole"),
        pytest.param(50000, "50,000", "50 000", id="thousands"),
        pytest.param(0.7, "0.7", "0,7", id="fraction"),
        pytest.param(5.0, "5", "5", id="whole float"),
        pytest.param(12345.5, "12,345.5", "12 345,5", id="both"),
    ],
)
def test_numbers(number, english, russian):
    assert (EN.number(number), RU.number(number)) == (english, russian)


def test_dates_and_shares():
    assert EN.day(Day(iso="2026-11-27T10:00")) == "2026-11-27 10:00"
    assert RU.day(Day(iso="2026-11-27")) == "27.11.2026"
    assert RU.date("today") == "today"
    assert RU.percent(Percent(value=2.5)) == "2,5 %"
    assert RU.percent(60) == "60"


def test_values():
    assert RU.value([True, False]) == "да, нет"
    assert EN.value(None) == "empty"
    assert EN.value([1, "a"]) == "1, a"
    assert EN.value({"a": 1, "b": [2]}) == "a: 1, b: 2"
    assert EN.value(3, "RUB") == "3 RUB"


def test_templates_show_what_is_filled_in():
    source = "Call {{ profile.first_name | default('you') }}{% if a %}!{% endif %}"
    assert EN.template(source) == "Call ⟨profile.first_name⟩!"


SAID = {
    "eq": (3, "= 3", "= 3"),
    "neq": ("a", "≠ a", "≠ a"),
    "gt": (3, "> 3", "> 3"),
    "gte": (3, "≥ 3", "≥ 3"),
    "lt": (3, "< 3", "< 3"),
    "lte": (3, "≤ 3", "≤ 3"),
    "between": ([1, 5], "from 1 to 5", "от 1 до 5"),
    "in": (["a", "b"], "one of: a, b", "одно из: a, b"),
    "not_in": (["a", "b"], "none of: a, b", "ни одно из: a, b"),
    "is": (True, "is yes", "— да"),
    "exists": (True, "is known", "заполнено"),
    "missing": (True, "is not known", "не заполнено"),
    "contains": ("a", "contains a", "содержит a"),
    "not_contains": ("a", "does not contain a", "не содержит a"),
    "contains_any": (["a"], "contains any of: a", "содержит хотя бы одно из: a"),
    "contains_all": (["a"], "contains all of: a", "содержит всё из: a"),
    "contains_none": (["a"], "contains none of: a", "не содержит ничего из: a"),
    "starts_with": ("a", "starts with a", "начинается с a"),
    "not_starts_with": ("a", "does not start with a", "не начинается с a"),
    "ends_with": ("a", "ends with a", "кончается на a"),
    "not_ends_with": ("a", "does not end with a", "не кончается на a"),
    "matches": ("a+", "matches a+", "подходит под a+"),
    "not_matches": ("a+", "does not match a+", "не подходит под a+"),
    "before": ("2026-01-02", "before 2026-01-02", "раньше 02.01.2026"),
    "after": ("2026-01-02", "after 2026-01-02", "позже 02.01.2026"),
    "on_day": ("2026-01-02", "on 2026-01-02", "в день 02.01.2026"),
    "within_last": ("30d", "within the last 30 days", "не раньше чем 30 дней назад"),
    "within_next": ("1w", "within the next 1 week", "не позже чем через 1 неделю"),
    "older_than": ("2mo", "more than 2 months ago", "больше чем 2 месяца назад"),
    "month": (3, "month 3", "месяц 3"),
    "day_of_month": (3, "day of the month 3", "число месяца 3"),
    "weekday": (["mon", "sun"], "weekday Mon, Sun", "день недели пн, вс"),
    "length": (3, "length 3", "длина 3"),
}


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_every_operator_is_said(operator):
    operand, english, russian = SAID[operator]
    test = Comparison(operator=operator, operand=operand)
    assert (EN.test(test), RU.test(test)) == (english, russian)


def test_turned_presence():
    assert EN.test(Comparison(operator="exists", operand=False)) == "is not known"
    assert EN.test(Comparison(operator="missing", operand=False)) == "is known"


def test_a_length_of_time_that_is_none_stays_as_written():
    test = Comparison(operator="older_than", operand="${vars.x}")
    assert EN.test(test) == "more than ${vars.x} ago"


@pytest.mark.parametrize(
    ("operator", "operand", "english", "russian"),
    [
        pytest.param("gte", 3, "at least 3 times", "≥ 3 раз", id="at least"),
        pytest.param("eq", 2, "exactly 2 times", "ровно 2 раза", id="exactly declines"),
        pytest.param("lt", 1, "fewer than 1 time", "< 1 раз", id="fewer"),
        pytest.param("between", [1, 3], "from 1 to 3 times", "от 1 до 3 раз", id="between"),
    ],
)
def test_counts(operator, operand, english, russian):
    tests = (Comparison(operator=operator, operand=operand),)
    assert (EN.counted(tests), RU.counted(tests)) == (english, russian)
